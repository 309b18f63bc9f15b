/**
 * Our words between the button and the server's answer: shown at once, kept over a reload and a fallen line, in their order,
 * and never sent twice: each keeps its Idempotency-Key until it is answered.
 */
import { type QueryClient, useQuery } from "@tanstack/react-query";
import type { ConversationId, MessageId } from "../../contract/ids.ts";
import type { Message, NewMessage } from "../../contract/messages.ts";
import { Refused } from "../api/client.ts";
import { keys } from "../api/keys.ts";
import { newestMessage, placeMessage } from "../api/placing.ts";
import { isUndecided, sentenceOf } from "../api/problems.ts";
import { noteSend } from "../api/sends.ts";
import { type DeskApi, useApi } from "../shell/desk-api.ts";
import { onLine } from "../shell/live-connection.ts";
import { isTooOld, keepPending, type Pending, restorePending, stillKept, TOO_OLD } from "./outbox-memory.ts";

export type { Pending } from "./outbox-memory.ts";

const outboxOf = (id: ConversationId) => ["outbox", id] as const;
const NONE: readonly Pending[] = [];
const RETRY_MS = 15_000;

function update(cache: QueryClient, id: ConversationId, change: (list: readonly Pending[]) => readonly Pending[]) {
  cache.setQueryDefaults(["outbox"], { gcTime: Number.POSITIVE_INFINITY });
  cache.setQueryData<readonly Pending[]>(outboxOf(id), (list) => change(list ?? NONE));
}

/** Shows a pending message as it is now, in its place. */
function put(cache: QueryClient, pending: Pending): void {
  keepPending(pending);
  update(cache, pending.conversationId, (list) =>
    list.some((each) => each.key === pending.key)
      ? list.map((each) => (each.key === pending.key ? pending : each))
      : [...list, pending],
  );
}

function drop(cache: QueryClient, pending: Pending): void {
  keepPending(pending, false);
  update(cache, pending.conversationId, (list) => list.filter((each) => each.key !== pending.key));
}

const pendingIn = (cache: QueryClient, id: ConversationId) =>
  cache.getQueryData<readonly Pending[]>(outboxOf(id)) ?? NONE;

async function attempt({ client, cache }: DeskApi, pending: Pending): Promise<void> {
  const { conversationId: id, key, body } = pending;
  // Another window of this browser has sent it, or somebody discarded it there.
  if (!stillKept(pending)) return drop(cache, pending);
  // A window that slept for a day wakes with its words.
  if (isTooOld(pending)) return put(cache, { ...pending, state: "failed", problem: TOO_OLD, refused: true });
  const before = pendingIn(cache, id);
  const earlier = before.slice(
    0,
    Math.max(
      0,
      before.findIndex((each) => each.key === key),
    ),
  );
  if (earlier.some((each) => each.state === "waiting")) return put(cache, { ...pending, state: "waiting" });
  put(cache, { ...pending, state: "sending", problem: null });
  try {
    const path = `/api/conversations/${id}/messages`;
    const message = await client.ask<Message>(path, { method: "POST", body, idempotencyKey: key });
    drop(cache, pending);
    placeMessage(cache, message);
    if (message.status === "scheduled") void cache.invalidateQueries({ queryKey: keys.scheduled(id) });
  } catch (error) {
    if (isUndecided(error)) put(cache, { ...pending, state: "waiting", problem: null });
    else put(cache, { ...pending, state: "failed", problem: sentenceOf(error), refused: error instanceof Refused });
  }
}

/** Of each conversation, the last attempt that was begun: the next one waits for it. */
const lines = new Map<ConversationId, Promise<void>>();

function begin(api: DeskApi, pending: Pending): void {
  const { conversationId: id } = pending;
  put(api.cache, pending);
  const turn = (lines.get(id) ?? Promise.resolve()).then(() => attempt(api, pending));
  lines.set(id, turn);
  noteSend(id, turn);
}

let watching = false;

/** Takes up what an earlier page left, and sends what waits as soon as the line stands. Does so once for a page. */
export function watchOutbox(api: DeskApi, author: string): void {
  if (watching) return;
  watching = true;
  const { cache } = api;
  const waiting = () =>
    cache
      .getQueriesData<readonly Pending[]>({ queryKey: ["outbox"] })
      .flatMap(([, list]) => list ?? NONE)
      .filter((each) => each.state === "waiting");
  const again = () => {
    for (const pending of waiting()) begin(api, { ...pending, state: "sending" });
  };
  for (const pending of restorePending(author)) put(cache, pending);
  again();
  onLine(again);
  addEventListener("online", again);
  setInterval(() => waiting().length > 0 && again(), RETRY_MS);
}

/** What a person had read when they wrote, so that a teammate's newer answer is not talked over. */
function seenIn(cache: QueryClient, id: ConversationId): { lastSeenMessageId?: MessageId } {
  const newest = newestMessage(cache, id);
  return newest ? { lastSeenMessageId: newest.id } : {};
}

export function sendWords(
  api: DeskApi,
  author: string,
  id: ConversationId,
  body: Omit<NewMessage, "lastSeenMessageId">,
): void {
  begin(api, {
    key: crypto.randomUUID(),
    conversationId: id,
    author,
    body: { ...body, ...seenIn(api.cache, id) },
    at: new Date().toISOString(),
    state: "sending",
    problem: null,
    refused: false,
  });
}

export interface Outbox {
  pending: readonly Pending[];
  /** Once more: the same act where the answer was lost; where it was refused, another that has seen what came since. */
  again(pending: Pending): void;
  forget(pending: Pending): void;
}

export function useOutbox(id: ConversationId): Outbox {
  const api = useApi();
  const { data } = useQuery<readonly Pending[]>({
    queryKey: outboxOf(id),
    queryFn: () => NONE,
    enabled: false,
    initialData: NONE,
  });
  return {
    pending: data,
    again(pending) {
      if (!pending.refused) return begin(api, pending);
      drop(api.cache, pending);
      sendWords(api, pending.author, id, { ...pending.body, lastSeenMessageId: undefined } as NewMessage);
    },
    forget: (pending) => drop(api.cache, pending),
  };
}
