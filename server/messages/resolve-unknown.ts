/**
 * Attempts whose outcome nobody knows (a lost answer, a crash between the call and its record): never repeated blindly.
 * A callback may explain one at any time; meanwhile the provider's list is asked. Absent means two complete listings at
 * least 60 s apart that do not show it. Absent within 10 minutes it is sent again, later a person decides (product 3.3).
 */
import type { ConnectionId, MessageId, WorkspaceId } from "../../contract/ids.ts";
import type { Reason } from "../../contract/messages.ts";
import type { Directory, ListedMessage, Sender, SmsProvider, StatusReport } from "../channels/channels.ts";
import { getConversation } from "../conversations/conversations.ts";
import { type Lane, startLane } from "../platform/lanes.ts";
import type { AnswerParts } from "./answers.ts";
import { recordDelivery } from "./delivery.ts";
import { maySend } from "./may-send.ts";
import * as store from "./store.ts";

export interface ResolverParts extends AnswerParts {
  directory: Directory;
  provider: SmsProvider;
}

const ASK_AFTER_MS = 15_000;
const LISTINGS_APART_MS = 60_000;
const RESEND_WITHIN_MS = 10 * 60_000;
/** The provider's clock may differ from ours, and it counts whole seconds. */
const CLOCK_SLACK_MS = 5000;
const ATTEMPT_LIVES_MS = 30_000;
const EVERY_MS = 15_000;

const UNKNOWN: Reason = {
  code: "outcome_unknown",
  message:
    "The connection to the provider broke while this message was handed over, and its list does not show it. Look at the phone, then send it again if it is missing.",
};

interface Open {
  workspace_id: WorkspaceId;
  connection_id: ConnectionId;
  attempt_id: string;
}

export function startResolver(parts: ResolverParts): Lane {
  const { database, directory, log, world } = parts;

  async function step(): Promise<null> {
    const before = new Date(world.now().getTime() - ASK_AFTER_MS);
    const open = await database.ground.rows<Open>("select * from open_attempts($1, $2)", [before, 200]);
    for (const each of open) {
      const sender = await directory.sender(each.connection_id);
      if (!sender) continue;
      await resolve(parts, sender, each).catch((error) =>
        log.error({ error, attempt: each.attempt_id }, "an open attempt could not be resolved"),
      );
    }
    return null;
  }
  return startLane("resolving", { world, log, idleMs: EVERY_MS, step });
}

async function resolve(parts: ResolverParts, sender: Sender, { workspace_id, attempt_id }: Open): Promise<void> {
  const { database, provider, live } = parts;
  const found = await database.tx(workspace_id, async (tx) => {
    const attempt = await store.lockOpenAttempt(tx, attempt_id);
    const [message] = attempt ? await store.messagesByIds(tx, [attempt.messageId]) : [];
    return attempt && message ? { attempt, message } : null;
  });
  if (!found) return;
  const { attempt, message } = found;
  if (attempt.missedAt && database.ground.now.getTime() - attempt.missedAt.getTime() < LISTINGS_APART_MS) return;

  const since = new Date(attempt.at.getTime() - CLOCK_SLACK_MS);
  const listed = await provider.listSentTo(database.outside, sender.credentials, message.to, since);
  if (!listed) return; // an incomplete list proves nothing
  // The same words to the same person are on their way a second time: whose id is whose is known once that is answered.
  if (
    await database.view(workspace_id, (view) =>
      store.hasTwinUnderWay(view, message, new Date(view.now.getTime() - ATTEMPT_LIVES_MS)),
    )
  )
    return;
  const match = await unexplainedMatch(parts, workspace_id, message, attempt.at, listed);
  if (match) {
    const report: StatusReport = {
      accountSid: sender.credentials.accountSid,
      providerSid: match.providerSid,
      status: reported(match.status),
      providerCode: match.providerCode,
      reason: match.reason,
      blocked: match.blocked,
    };
    await recordDelivery({ database, live }, message.id, report, [sender], "list");
    return;
  }
  await database.tx(workspace_id, async (tx) => {
    const current = await store.lockOpenAttempt(tx, attempt_id);
    if (!current) return; // a callback came meanwhile
    if (!current.missedAt) return store.noteMissed(tx, attempt_id);
    const again = tx.now.getTime() - current.at.getTime() <= RESEND_WITHIN_MS;
    const verdict = again
      ? await maySend(tx, {
          connection: sender.connection,
          address: message.to,
          kind: message.kind ?? "service",
          lastInboundAt: (await getConversation(tx, message.conversationId)).lastInboundAt,
        })
      : null;
    const next =
      verdict === null
        ? { status: "failed" as const, reason: UNKNOWN }
        : verdict.verdict === "may_send"
          ? { status: "queued" as const, reason: null }
          : verdict.verdict === "suppressed"
            ? { status: "suppressed" as const, reason: verdict.reason }
            : { status: "failed" as const, reason: { code: verdict.code, message: verdict.detail } };
    // Whatever became of it, what waited behind it may leave. The lane is locked before the message, as everywhere.
    await store.wakeSender(tx, message.connectionId, tx.now);
    await store.closeAbsent(tx, current, next);
    await tx.emit({
      type: "message.changed",
      data: { messageId: message.id, conversationId: message.conversationId, status: next.status },
      actor: { type: "system", id: null, name: null },
    });
    return undefined;
  });
}

/** The listed message that is this attempt: same recipient, sender, words (a trial account puts some before ours) and time, and no other's. */
async function unexplainedMatch(
  { database }: ResolverParts,
  workspaceId: WorkspaceId,
  message: { connectionId: ConnectionId; sender: string; content: string; id: MessageId },
  at: Date,
  listed: readonly ListedMessage[],
): Promise<ListedMessage | null> {
  const fits = listed.filter(
    (each) =>
      (each.from === message.sender || each.messagingServiceSid === message.sender) &&
      each.content.endsWith(message.content) &&
      Math.abs(each.createdAt.getTime() - at.getTime()) <= ATTEMPT_LIVES_MS,
  );
  if (fits.length === 0) return null;
  const explained = await database.view(workspaceId, (view) =>
    store.explainedSids(
      view,
      message.connectionId,
      fits.map((each) => each.providerSid),
    ),
  );
  const taken = new Set(explained.map((each) => each.sid));
  return (
    fits
      .filter((each) => !taken.has(each.providerSid))
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())[0] ?? null
  );
}

const STATES: ReadonlySet<string> = new Set(["sent", "delivered", "read", "undelivered", "failed", "canceled"]);
const reported = (status: string): StatusReport["status"] =>
  STATES.has(status) ? (status as StatusReport["status"]) : "accepted";
