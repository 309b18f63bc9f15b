/** A call as consent to the one text that answers it. */
import type { CallId } from "../../../contract/ids.ts";
import { type ConnectionRow, findCall } from "../../channels/channels.ts";
import type { View } from "../../platform/db/handles.ts";

/** A text that comes later than this answers nothing any more. */
export const ANSWERED_WITHIN_MS = 24 * 60 * 60_000;

/**
 * Whether a text answers a call of theirs: to this number, nobody took it, and they heard that a text would come. They began
 * the exchange (CTIA Messaging Principles, 5.1: conversational messages), and were told to which number the answer goes (FCC
 * 92-443, paragraph 31: a number that is taken from a call without notice is no permission).
 */
export async function answersTheirCall(
  view: View,
  {
    answers,
    connection,
    address,
    at,
  }: { answers?: CallId | undefined; connection: ConnectionRow; address: string; at: Date },
): Promise<boolean> {
  const call = answers ? await findCall(view, answers) : null;
  return (
    call?.told === true &&
    call.outcome !== "answered" &&
    call.from === address &&
    call.connectionId === connection.id &&
    at.getTime() - call.startedAt.getTime() <= ANSWERED_WITHIN_MS
  );
}
