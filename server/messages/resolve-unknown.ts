/**
 * Attempts whose outcome nobody knows (a lost answer, a crash between the call and its record): never repeated blindly.
 * A callback may explain one at any time; meanwhile the provider's list is asked. Absent means two complete listings at
 * least 60 s apart that do not show it, nor anything that it could be. Absent within 10 minutes it is sent again; later, or
 * where the list leaves a doubt, a person decides (product 3.3).
 */
import { SYSTEM } from "../../contract/accounts.ts";
import type { ConnectionId, ProviderAccountId, WorkspaceId } from "../../contract/ids.ts";
import type { MessageStatus, Reason } from "../../contract/messages.ts";
import type { Directory, ListedMessage, Sender, SmsProvider } from "../channels/channels.ts";
import type { Tx } from "../platform/db/handles.ts";
import { type Lane, startLane } from "../platform/lanes.ts";
import { tracks, withTracks } from "../platform/tracks.ts";
import type { AnswerParts } from "./answers.ts";
import { recordDelivery } from "./delivery.ts";
import { gateAgain } from "./gate-again.ts";
import { reportOf } from "./listed-report.ts";
import type { MessageRow } from "./message-row.ts";
import * as queries from "./queries.ts";
import * as store from "./store.ts";

export interface ResolverParts extends AnswerParts {
  directory: Directory;
  provider: SmsProvider;
}

const ASK_AFTER_MS = 15_000;
const LISTINGS_APART_MS = 60_000;
const RESEND_WITHIN_MS = 10 * 60_000;
const ATTEMPT_LIVES_MS = 30_000;
/** Other words than ours can be ours, rewritten, only right then: the provider answers keywords by itself, too. */
const REWRITTEN_WITHIN_MS = 5000;
/** Our clock may be wrong by hours (a machine that takes local time for UTC): so far around an attempt the list is read. */
const CLOCKS_APART_MS = 24 * 60 * 60_000;
const EVERY_MS = 15_000;
/** After that it is no more asked for: a person decides. */
const GIVE_UP_MS = 24 * 60 * 60_000;
/** Provider accounts that are asked side by side, and how many attempts of each before the others have their turn. */
const AT_ONCE = 8;
const EACH = 50;

const UNKNOWN: Reason = {
  code: "outcome_unknown",
  message:
    "The connection to the provider broke while this message was handed over, and its list does not show it. Look at the phone, then send it again if it is missing.",
};

/** There is one that it may be: the same words at another time, or others at the same. */
const DOUBTFUL: Reason = {
  code: "outcome_unknown",
  message:
    "The connection to the provider broke while this message was handed over, and its list has one to this person that may be it. Look at the phone, then send it again if it is missing.",
};

/** Absent or not, who knows: nobody could ask. */
const UNASKED: Reason = {
  code: "outcome_unknown",
  message:
    "The connection to the provider broke while this message was handed over, and for a day its list could not be read. Look at the phone, then send it again if it is missing.",
};

interface Open {
  workspace_id: WorkspaceId;
  connection_id: ConnectionId;
  attempt_id: string;
  provider_account_id: ProviderAccountId;
}

export function startResolver(parts: ResolverParts): Lane {
  const { database, directory, log, world } = parts;
  const accounts = tracks(AT_ONCE, (error) => {
    if (error) log.error({ error }, "open attempts could not be resolved");
  });

  async function step(): Promise<null> {
    const before = new Date(world.now().getTime() - ASK_AFTER_MS);
    const open = await database.ground.rows<Open>("select * from attempts_to_explain($1, $2)", [before, EACH]);
    for (const [account, own] of Map.groupBy(open, (each) => each.provider_account_id))
      accounts.start(account, async () => {
        for (const each of own) {
          const sender = await directory.sender(each.connection_id);
          if (!sender) continue;
          await resolve(parts, sender, each).catch((error) =>
            log.error({ error, attempt: each.attempt_id }, "an open attempt could not be resolved"),
          );
        }
      });
    return null;
  }

  const lane = startLane("resolving", { world, log, idleMs: EVERY_MS, step });
  return withTracks(lane, accounts);
}

async function resolve(parts: ResolverParts, sender: Sender, asked: Open): Promise<void> {
  const { workspace_id, attempt_id } = asked;
  const { database, provider, live } = parts;
  const found = await database.tx(workspace_id, async (tx) => {
    const attempt = await store.lockOpenAttempt(tx, attempt_id);
    const [message] = attempt ? await queries.messagesByIds(tx, [attempt.messageId]) : [];
    return attempt && message ? { attempt, message } : null;
  });
  if (!found) return;
  const { attempt, message } = found;
  if (attempt.missedAt && database.ground.now.getTime() - attempt.missedAt.getTime() < LISTINGS_APART_MS) return;

  const since = new Date(attempt.at.getTime() - CLOCKS_APART_MS);
  const listed = await provider.listSentTo(database.outside, sender.credentials, message.to, since);
  if (!listed) {
    // An incomplete list proves nothing; but what can't be asked for a day is a person's to decide.
    const age = database.ground.now.getTime() - attempt.at.getTime();
    return age > GIVE_UP_MS ? close(parts, asked, message, (tx, open) => giveUp(tx, open)) : undefined;
  }
  // The same words to the same person are on their way a second time: whose id is whose is known once that is answered.
  if (
    await database.view(workspace_id, (view) =>
      queries.hasTwinUnderWay(view, message, new Date(view.now.getTime() - ATTEMPT_LIVES_MS)),
    )
  )
    return;
  const { match, doubtful } = await compare(parts, workspace_id, message, attempt.at, listed);
  if (match) {
    await recordDelivery({ database, live }, message.id, reportOf(match, sender.credentials), [sender], "list");
    return;
  }
  await close(parts, asked, message, async (tx, open) => {
    if (!open.missedAt) {
      await store.noteMissed(tx, attempt_id);
      return null;
    }
    if (doubtful) return giveUp(tx, open, DOUBTFUL);
    const age = tx.now.getTime() - open.at.getTime();
    const again = age >= 0 && age <= RESEND_WITHIN_MS; // below 0 the clock was wrong, and nobody knows how old it is
    const next = again
      ? await gateAgain(tx, message)
      : { status: "failed" as const, reason: UNKNOWN, sendAt: message.sendAt };
    await store.closeAbsent(tx, open, next);
    return next.status;
  });
}

async function giveUp(tx: Tx, open: store.OpenAttempt, reason: Reason = UNASKED): Promise<"failed"> {
  await store.closeUnexplained(tx, open, { status: "failed", reason });
  return "failed";
}

/** Ends an attempt, unless a callback came meanwhile. `end` answers the message's new state; null: it stays open. */
async function close(
  { database }: ResolverParts,
  { workspace_id, attempt_id }: Open,
  message: MessageRow,
  end: (tx: Tx, open: store.OpenAttempt) => Promise<MessageStatus | null>,
): Promise<void> {
  await database.tx(workspace_id, async (tx) => {
    // Whatever becomes of it, what waits behind it may leave. The lane is locked before the message, as everywhere.
    await store.wakeSender(tx, message.connectionId, tx.now);
    const open = await store.lockOpenAttempt(tx, attempt_id);
    const status = open && (await end(tx, open));
    if (!status) return;
    await tx.emit({
      type: "message.changed",
      data: { messageId: message.id, conversationId: message.conversationId, status },
      actor: SYSTEM,
    });
  });
}

/**
 * What of the list is no other message's: the one that is this attempt (same recipient, sender and time, and the words, which
 * a trial account puts some before), and whether there is one that may be it. Its time may be off by a wrong clock; its words
 * may have been rewritten on the way (Twilio's Smart Encoding).
 */
async function compare(
  { database }: ResolverParts,
  workspaceId: WorkspaceId,
  message: { sender: string; content: string },
  at: Date,
  listed: readonly ListedMessage[],
): Promise<{ match: ListedMessage | undefined; doubtful: boolean }> {
  const own = listed.filter((each) => each.from === message.sender || each.messagingServiceSid === message.sender);
  if (own.length === 0) return { match: undefined, doubtful: false };
  const sids = own.map((each) => each.providerSid);
  const explained = await database.view(workspaceId, (view) => queries.messagesBySids(view, sids));
  const taken = new Set(explained.map((each) => each.sid));
  const free = own
    .filter((each) => !taken.has(each.providerSid))
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());

  const isSame = ({ content }: ListedMessage) => content.endsWith(message.content);
  const apart = ({ createdAt }: ListedMessage) => Math.abs(createdAt.getTime() - at.getTime());
  return {
    match: free.find((each) => isSame(each) && apart(each) <= ATTEMPT_LIVES_MS),
    doubtful: free.some((each) => (isSame(each) ? apart(each) <= CLOCKS_APART_MS : apart(each) <= REWRITTEN_WITHIN_MS)),
  };
}
