/** Which of our words that nobody has answered for yet stand in the thread already, because an event was faster. */
import type { Message } from "../../contract/messages.ts";
import type { Pending } from "./outbox.ts";

/** How far a browser's clock may be ahead, where nothing better tells whether a message is newer. */
const SKEW_MS = 60_000;

/** Ids sort by time: what is newer than the last message that was seen cannot be an earlier one with the same words. */
function isLater({ id, createdAt }: Message, { body, at }: Pending): boolean {
  if (body.lastSeenMessageId) return id > body.lastSeenMessageId;
  return Date.parse(createdAt) > Date.parse(at) - SKEW_MS;
}

/**
 * What of it still has to be shown beside the thread: each message of ours stands for one of them. What failed is always
 * shown, as a person decides about it.
 */
export function stillMissing(pending: readonly Pending[], thread: readonly Message[]): Pending[] {
  const left = thread.filter(({ sender }) => sender.type === "member");
  return pending.filter((each) => {
    if (each.state === "failed") return true;
    const at = left.findLastIndex(
      (message) => message.sender.id === each.author && message.content === each.body.content && isLater(message, each),
    );
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
