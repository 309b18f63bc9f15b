/** What an act makes of a conversation, and which acts undo it. Knows no page and no cache. */
import type { BulkAction, Conversation } from "../../contract/conversations.ts";
import type { AgentId, ConversationId } from "../../contract/ids.ts";

/** An act on one conversation or many, as the API takes it. */
export type Act = Omit<BulkAction, "ids">;

/** How the server leaves a conversation after an act. */
export function after(conversation: Conversation, act: Act): Conversation {
  const { status, assigneeId, unreadCount, tags } = conversation;
  const held = (whose: Conversation["assigneeId"]) =>
    status === "RESOLVED" ? status : whose ? ("ASSIGNED" as const) : ("OPEN" as const);
  switch (act.action) {
    case "mark_read":
      return { ...conversation, unreadCount: 0 };
    case "mark_unread":
      return { ...conversation, unreadCount: Math.max(unreadCount, 1) };
    case "star":
    case "unstar":
      return { ...conversation, starred: act.action === "star" };
    case "archive":
      return { ...conversation, archived: true, snoozedUntil: null };
    case "unarchive":
      return { ...conversation, archived: false };
    case "resolve":
      return { ...conversation, status: "RESOLVED", snoozedUntil: null };
    case "reopen":
      return { ...conversation, status: assigneeId ? "ASSIGNED" : "OPEN" };
    case "assign":
    case "unassign": {
      const next = act.assigneeId ?? null;
      return { ...conversation, assigneeId: next, status: held(next) };
    }
    case "snooze":
      return { ...conversation, snoozedUntil: act.snoozedUntil ?? null };
    case "wake":
      return { ...conversation, snoozedUntil: null };
    case "tag":
      return { ...conversation, tags: [...new Set([...tags, act.tag ?? ""])].sort() };
    case "untag":
      return { ...conversation, tags: tags.filter((each) => each !== act.tag) };
  }
}

/** Acts that the server has no reason to refuse: they show at once. */
export const isSafe = ({ action }: Act): boolean =>
  !["resolve", "reopen", "assign", "unassign", "snooze"].includes(action);

/** One step of an undo. What an agent had is handed back to it: only that makes it answer again. */
export type Step = { ids: ConversationId[]; act: Act } | { id: ConversationId; handBackTo: AgentId };

/** The steps that bring conversations back to how they were before an act. */
export function undoing(act: Act, before: readonly Conversation[]): Step[] {
  const touched = before.filter((each) => differs(each, after(each, act)));
  return [...back(act, touched), ...asleepAgain(act, touched)];
}

const differs = (one: Conversation, other: Conversation) => JSON.stringify(one) !== JSON.stringify(other);

function back(act: Act, touched: readonly Conversation[]): Step[] {
  const all = (action: Act["action"], more: Partial<Act> = {}): Step[] =>
    together(touched, () => ({ action, ...more }));
  switch (act.action) {
    case "mark_read":
      return all("mark_unread");
    case "mark_unread":
      return all("mark_read");
    case "star":
      return all("unstar");
    case "unstar":
      return all("star");
    case "archive":
      return all("unarchive");
    case "unarchive":
      return all("archive");
    case "reopen":
      return all("resolve");
    case "tag":
      return all("untag", { tag: act.tag });
    case "untag":
      return all("tag", { tag: act.tag });
    case "wake":
      return [];
    case "snooze":
      return together(
        touched.filter((each) => each.snoozedUntil === null),
        () => ({ action: "wake" }),
      );
    case "resolve":
      return [...toAgents(touched), ...together(others(touched), () => ({ action: "reopen" }))];
    case "assign":
    case "unassign":
      return [
        ...toAgents(touched),
        ...together(others(touched), ({ assigneeId }) =>
          assigneeId ? { action: "assign", assigneeId } : { action: "unassign" },
        ),
      ];
  }
}

/** Whoever slept before sleeps again, each until their own time. */
function asleepAgain({ action }: Act, touched: readonly Conversation[]): Step[] {
  if (!["archive", "resolve", "snooze", "wake"].includes(action)) return [];
  const slept = touched.flatMap((each) => (each.snoozedUntil === null ? [] : [each]));
  return together(slept, ({ snoozedUntil }) => ({ action: "snooze", snoozedUntil: snoozedUntil ?? undefined }));
}

const agentOf = (each: Conversation) => (each.status === "AI_ACTIVE" ? each.agentId : null);

const toAgents = (touched: readonly Conversation[]): Step[] =>
  touched.flatMap((each) => {
    const handBackTo = agentOf(each);
    return handBackTo ? [{ id: each.id, handBackTo }] : [];
  });
const others = (touched: readonly Conversation[]) => touched.filter((each) => agentOf(each) === null);

/** One step for all that need the same act. */
function together(conversations: readonly Conversation[], actFor: (one: Conversation) => Act): Step[] {
  const steps = new Map<string, { ids: ConversationId[]; act: Act }>();
  for (const each of conversations) {
    const act = actFor(each);
    const name = JSON.stringify(act);
    const step = steps.get(name) ?? { ids: [], act };
    step.ids.push(each.id);
    steps.set(name, step);
  }
  return [...steps.values()];
}
