/** What stands in a thread, in the order in which it happened: words, notes, and what the agent or the customer decided. */
import type { AgentRun } from "../../contract/agents.ts";
import type { ConsentEvent } from "../../contract/consent.ts";
import type { ConversationChange, Note } from "../../contract/conversations.ts";
import type { Message } from "../../contract/messages.ts";
import type { Call } from "../../contract/voice.ts";
import { consentAct } from "../contacts/consent-words.ts";
import { sameDay } from "../shell/words.ts";
import { sayCall } from "../voice/call-words.ts";
import { sayChange } from "./change-words.ts";

export type ThreadItem =
  | { kind: "day"; id: string; at: string }
  | {
      kind: "message";
      id: string;
      at: string;
      message: Message;
      run: AgentRun | null;
      endsGroup: boolean;
      /** Another message repeats it. */
      resent: boolean;
    }
  | { kind: "note"; id: string; at: string; note: Note }
  | { kind: "event"; id: string; at: string; text: string; call?: Call };

const HANDED_OVER: Record<string, string> = {
  asked_for_person: "They asked for a person, so the agent handed over",
  not_sure: "The agent was not sure about this one and asked the team",
  needs_person: "This needs a person, so the agent handed over",
  no_text: "There were no words to answer, so the agent asked the team",
  repeated: "They asked the same again, so the agent handed over",
  too_many_answers: "The agent has answered often within the hour and asked the team to look",
  agent_inactive: "The agent is switched off, so this waits for the team",
  agent_gone: "The agent was removed, so this waits for the team",
  failed_too_often: "The agent failed several times, so this waits for the team",
};

function handOverText({ reason }: AgentRun): string {
  const model = /^model_hands_over: (.+)$/s.exec(reason ?? "")?.[1];
  if (model) return `The agent handed over: ${model}`;
  return HANDED_OVER[reason ?? ""] ?? "The agent handed over to the team";
}

const GROUP_MS = 5 * 60_000;

/** A message whose footer the next one repeats needs none. */
function endsGroup(message: Message, next: Message | undefined): boolean {
  return (
    !next ||
    message.direction === "outbound" ||
    next.direction !== message.direction ||
    Date.parse(saidAt(next)) - Date.parse(saidAt(message)) > GROUP_MS
  );
}

interface Parts {
  /** Newest first, as the API has them. */
  messages: readonly Message[];
  /** Written for later. What still waits stands elsewhere. */
  later: readonly Message[];
  /** Whether older messages are not loaded yet: nothing is shown from before the first one. */
  more: boolean;
  notes: readonly Note[];
  changes: readonly ConversationChange[];
  runs: readonly AgentRun[];
  consent: readonly ConsentEvent[];
  /** Theirs, to any of our numbers. */
  calls: readonly Call[];
  name: string;
  /** By whose clocks conversations are put off. */
  zone: string;
}

/** What was written for later was said when it left; what was taken back before that, when it was written. */
const saidAt = ({ createdAt, sendAt, sentAt, status }: Message): string =>
  sendAt === null || status === "canceled" ? createdAt : (sentAt ?? sendAt);

/** Everything that was said, oldest first, each once. */
function said({ messages, later, more }: Parts): Message[] {
  const since = more ? (messages.at(-1)?.createdAt ?? "") : "";
  const all = new Map(messages.map((message) => [message.id, message]));
  for (const message of later) if (saidAt(message) >= since && !all.has(message.id)) all.set(message.id, message);
  return [...all.values()]
    .filter((message) => message.status !== "scheduled")
    .sort((one, other) => Date.parse(saidAt(one)) - Date.parse(saidAt(other)) || (one.id < other.id ? -1 : 1));
}

export function threadItems(parts: Parts): ThreadItem[] {
  const { messages, more, notes, changes, runs, consent, calls, name, zone } = parts;
  const oldestFirst = said(parts);
  const optIns = new Set(
    consent.flatMap(({ action, messageId }) => (action === "opt_in" && messageId ? [messageId] : [])),
  );
  const first = messages.at(-1)?.createdAt ?? "";
  const since = more ? first : "";
  const repeated = new Set(oldestFirst.map((message) => message.resendOf));
  const answers = new Map(runs.flatMap((run) => (run.replyId ? [[run.replyId, run]] : [])));
  const items: ThreadItem[] = [
    ...oldestFirst.map(
      (message, at): ThreadItem => ({
        kind: "message",
        id: message.id,
        at: saidAt(message),
        // What opts them in again is answered: it is not what they wrote in spite of a STOP.
        message: message.fromOptedOut && optIns.has(message.id) ? { ...message, fromOptedOut: false } : message,
        run: answers.get(message.id) ?? null,
        endsGroup: endsGroup(message, oldestFirst[at + 1]),
        resent: repeated.has(message.id),
      }),
    ),
    ...notes
      .filter((note) => note.createdAt >= since)
      .map((note): ThreadItem => ({ kind: "note", id: note.id, at: note.createdAt, note })),
    ...changes
      .filter((change) => change.at >= since)
      .map((change): ThreadItem => ({ kind: "event", id: change.id, at: change.at, text: sayChange(change, zone) })),
    ...runs
      .filter((run) => run.outcome === "handed_over" && run.at >= since)
      .map((run): ThreadItem => ({ kind: "event", id: run.id, at: run.at, text: handOverText(run) })),
    ...consent
      .filter((event) => event.at >= (since || first))
      .map((event): ThreadItem => ({ kind: "event", id: event.id, at: event.at, text: consentAct(event, name) })),
    ...calls
      .filter((call) => call.startedAt >= since)
      .map((call): ThreadItem => ({ kind: "event", id: call.id, at: call.startedAt, text: sayCall(call), call })),
  ];
  // What follows from a message happens at the same moment, and stands after it.
  items.sort(
    (a, b) => Date.parse(a.at) - Date.parse(b.at) || Number(a.kind !== "message") - Number(b.kind !== "message"),
  );
  return items.flatMap((item, at): ThreadItem[] => {
    const before = items[at - 1];
    return before && sameDay(before.at, item.at)
      ? [item]
      : [{ kind: "day", id: `day-${item.at.slice(0, 10)}-${item.id}`, at: item.at }, item];
  });
}
