/** Sending again what did not get there: a person's decision, through the whole gate, as a message of its own. */
import type { Actor } from "../../contract/accounts.ts";
import { mayHaveLeft } from "../../contract/attempts.ts";
import type { ConnectionId, MessageId } from "../../contract/ids.ts";
import type { Attempt, Message, ResentMessage } from "../../contract/messages.ts";
import { findConnection } from "../channels/channels.ts";
import { getConversation } from "../conversations/conversations.ts";
import type { Tx } from "../platform/db/handles.ts";
import { conflict, notFound } from "../platform/errors.ts";
import type { MessageRow } from "./message-row.ts";
import * as queries from "./queries.ts";
import { readMessages } from "./read.ts";
import { type SendOutcome, send } from "./send.ts";
import * as store from "./store.ts";

export type Resent =
  | Extract<SendOutcome, { outcome: "refused" }>
  /** Somebody asked for it before: it is not sent twice. */
  | { outcome: "repeated"; message: ResentMessage }
  | { outcome: "resent"; message: ResentMessage };

/**
 * The first message stays as it is, with its reason: what the provider may still say of it can't be mistaken for news of
 * the second. It leaves by the same sender, or by the conversation's where that one is gone, or as asked.
 * @throws NotFound; Conflict not_resendable; what `send` throws
 */
export async function resend(
  tx: Tx,
  id: MessageId,
  { connectionId, by }: { connectionId?: ConnectionId | undefined; by: Actor },
): Promise<Resent> {
  const original = await store.lockMessage(tx, id);
  if (!original) throw notFound("message");
  const warning = warningAbout(original, await queries.attemptsOf(tx, [id]));
  const earlier = await queries.resendOf(tx, id);
  const [known] = earlier ? await readMessages(tx, [earlier]) : [];
  if (known) return { outcome: "repeated", message: { ...known, warning } };
  checkResendable(original);

  const conversation = await getConversation(tx, original.conversationId);
  const own = await findConnection(tx.ground, tx.workspaceId, original.connectionId);
  const sent = await send(tx, {
    conversationId: original.conversationId,
    content: original.content,
    mediaUrls: original.media.map((each) => each.url),
    // A reply is one no more where they have not written for long: then it is judged as what it is now.
    kind: original.kind === "reply" ? undefined : (original.kind ?? undefined),
    // Its number may be gone: then the conversation's, and never one that they don't know.
    connectionId: connectionId ?? own?.id ?? conversation.connectionId ?? undefined,
    environment: original.environment ?? undefined,
    by,
    resendOf: id,
  });
  return sent.outcome === "refused" ? sent : { outcome: "resent", message: { ...sent.message, warning } };
}

function checkResendable({ direction, kind, status }: MessageRow): void {
  if (direction === "inbound") throw notResendable("It came from them: only what we wrote can be sent again.", status);
  if (kind === "notice") throw notResendable("Each keyword is answered once: that answer is not repeated.", status);
  if (status === "failed" || status === "undelivered") return;
  throw notResendable(
    status === "suppressed"
      ? "They opted out, so it never left. Write again once they have opted in."
      : "Only a message that failed or was not delivered can be sent again.",
    status,
  );
}

const notResendable = (detail: string, messageStatus: Message["status"]) =>
  conflict("not_resendable", detail, { messageStatus });

const warningAbout = ({ reason, status }: MessageRow, attempts: ReadonlyArray<Pick<Attempt, "outcome">>) =>
  status === "failed" && mayHaveLeft(reason, attempts)
    ? {
        code: "may_arrive_twice",
        message:
          "The provider's answer to the first try was lost, so they may have it already. If they do, they now get it twice.",
      }
    : null;
