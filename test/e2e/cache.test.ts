/** What the browser keeps: after every event it holds what a fresh fetch would answer. Here without a browser. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  hashKey,
  InfiniteQueryObserver,
  type InfiniteQueryObserverOptions,
  QueryClient,
  QueryObserver,
  type QueryObserverOptions,
} from "@tanstack/react-query";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StoredEvent } from "../../contract/events.ts";
import type { ConversationId, KnowledgeBaseId } from "../../contract/ids.ts";
import { checkAnswer } from "../../web/api/answers.ts";
import { createApplier, HANDLED } from "../../web/api/apply.ts";
import { createClient } from "../../web/api/client.ts";
import { keys } from "../../web/api/keys.ts";
import { startLive } from "../../web/api/live.ts";
import { createQueries } from "../../web/api/queries.ts";
import { pointCalls, ring, setVoice, TEXTING } from "../support/calls.ts";
import { jpeg } from "../support/files.ts";
import { beginRequest, fillIn } from "../support/papers.ts";
import { hire, keyWith } from "../support/people.ts";
import { conversationWith, write } from "../support/story.ts";
import { DANA, foundTown, KILN, MARCO, type Town } from "../support/town.ts";

test("every event of the contract has a line that says what it changes", () => {
  const contract = readFileSync(join(import.meta.dirname, "../../contract/events.ts"), "utf8");
  const named = [...contract.matchAll(/^ {2}"([a-z_]+\.[a-z_]+)":/gm)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(20);
  expect([...HANDLED].sort()).toEqual(named.sort());
});

let town: Town;
beforeAll(async () => {
  town = await foundTown();
});
afterAll(() => town.stop());

/** A page that shows everything, and the events that it heard of. */
async function openPage(shown: {
  conversation: ConversationId;
  contact: string;
  /** One of ours, whose fate is looked at. */
  message: string;
  base: KnowledgeBaseId;
  channel: string;
  agent: string;
  request: string;
}) {
  const { PERMISSIONS } = await import("../../contract/accounts.ts");
  const { secret } = await keyWith(town, PERMISSIONS, "A page");
  const client = createClient({
    base: town.publicUrl,
    headers: () => ({ authorization: `Bearer ${secret}` }),
    check: checkAnswer,
  });
  const queries = createQueries(client);
  const ofOne = [
    queries.conversation(shown.conversation),
    queries.notes(shown.conversation),
    queries.changes(shown.conversation),
    queries.reviews(shown.conversation),
    queries.scheduled(shown.conversation),
    queries.message(shown.message),
    queries.counts(),
    queries.search("Dan"),
    queries.search("anybod"),
    queries.quickReplies(),
    queries.contact(shown.contact),
    queries.consent(shown.contact),
    queries.maySend(DANA, null),
    queries.channels(),
    queries.activations(),
    queries.smsRequests(),
    queries.smsRequest(shown.request),
    queries.voice(shown.channel),
    queries.agents(),
    queries.agentVersions(shown.agent),
    queries.knowledgeBases(),
    queries.workspace(),
    queries.members(),
    queries.invitations(),
  ] as unknown as QueryObserverOptions[];
  const ofPages = [
    ...[{}, { status: "OPEN" }, { status: "RESOLVED" }, { status: "AI_ACTIVE" }, { assigneeId: "none" }],
    ...[{ unread: true as const }, { starred: true as const }, { channel: "sms" }, { tag: "vip" }],
    ...[
      { archived: true as const },
      { snoozed: true },
      { snoozed: false },
      { inReview: true as const },
      { contactId: shown.contact },
      { status: "OPEN", snoozed: false },
    ],
  ].map((filter) => queries.conversations(filter)) as unknown as InfiniteQueryObserverOptions[];
  ofPages.push(
    ...([
      queries.messages(shown.conversation),
      queries.calls({ conversationId: shown.conversation }),
      queries.calls({ channelId: shown.channel }),
      queries.runs(shown.conversation),
      queries.healthChanges(shown.channel),
      queries.sources(shown.base),
    ] as unknown as InfiniteQueryObserverOptions[]),
  );
  const newCache = () =>
    new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } } });

  /** Everything that a page shows, fetched and kept. */
  async function look(cache: QueryClient): Promise<() => void> {
    const ends = [
      ...ofOne.map((options) => new QueryObserver(cache, options).subscribe(() => {})),
      ...ofPages.map((options) => new InfiniteQueryObserver(cache, options).subscribe(() => {})),
    ];
    while (cache.isFetching() > 0) await pause(2);
    return () => {
      for (const end of ends) end();
      cache.clear();
    };
  }
  const contents = (cache: QueryClient) =>
    Object.fromEntries(
      cache
        .getQueryCache()
        .getAll()
        .map(({ queryHash, state }) => [queryHash, state.status === "error" ? String(state.error) : state.data])
        .sort(([one], [other]) => String(one).localeCompare(String(other))),
    );

  /** By their hashes: what there is nothing under any more, and stays as it is. */
  const gone: string[] = [];
  /** What is kept; of what is gone, what a fresh page hears: nobody asks for that again, and no page shows it. */
  const kept = (fresh: ReturnType<typeof contents>) => {
    for (const hash of gone) expect(fresh[hash], hash).toMatch(/^Refused: There is no such/);
    return { ...contents(cache), ...Object.fromEntries(gone.map((hash) => [hash, fresh[hash]])) };
  };

  const cache = newCache();
  const applier = createApplier(client, cache, () => pause(1));
  const heard: StoredEvent[] = [];
  let jumps = 0;
  const live = startLive({
    client,
    apply(event) {
      heard.push(event);
      applier.apply(event);
    },
    lookAgain: () => {
      jumps += 1;
    },
    changed: () => {},
    sleep: (ms, signal) => pause(Math.min(ms, 20), undefined, { signal }).catch(() => {}),
  });
  await live.opened;
  const close = await look(cache);
  return {
    heard,
    jumps: () => jumps,
    close() {
      live.stop();
      close();
    },
    /**
     * Waits until an event was heard, and compares what is kept with what a new page would fetch.
     * @param ended a key that is gone from now on, and is not asked for again
     */
    async isTrueAfter(type: StoredEvent["type"], act: () => Promise<unknown>, ended?: readonly unknown[]) {
      if (ended) gone.push(hashKey(ended));
      const before = heard.filter((event) => event.type === type).length;
      await act();
      await town.until(`the page hears ${type}`, () => heard.filter((event) => event.type === type).length > before);
      // What is still on its way moves on; what no event told of stays wrong, however long one waits.
      let expected: ReturnType<typeof contents> = {};
      for (let tries = 0; tries < 20; tries++) {
        await town.pass(400);
        await applier.settled();
        while (cache.isFetching() > 0) await pause(2);
        const fresh = newCache();
        const endFresh = await look(fresh);
        expected = contents(fresh);
        endFresh();
        if (isDeepStrictEqual(kept(expected), expected)) return;
      }
      expect(kept(expected), `after ${type}`).toEqual(expected);
    },
  };
}

test("after each event, what the page keeps is what a fresh page fetches", async () => {
  const base = String((await town.api.post("/api/knowledge-bases", { name: "Studio" })).body.id) as KnowledgeBaseId;
  const agent = String((await town.api.post("/api/agents", { name: "Clay", knowledgeBaseIds: [base] })).body.id);
  const channel = await town.connect();
  await town.text(DANA, "Hello");
  const { id, contactId } = await conversationWith(town, DANA);
  const { id: message } = await write(town, "Hello Dana.", { in: id });
  const request = await beginRequest(town);
  const page = await openPage({
    request: request.id,
    conversation: id,
    contact: contactId,
    message,
    base,
    channel: channel.id,
    agent,
  });
  const patch = (body: unknown) => town.api.patch(`/api/conversations/${id}`, body);
  const bulk = (action: string, more: object = {}) =>
    town.api.post("/api/conversations/bulk", { ids: [id], action, ...more });
  const inHours = (hours: number) => new Date(town.clock.now().getTime() + hours * 3_600_000).toISOString();

  await page.isTrueAfter("message.received", () => town.text(DANA, "Is anybody there?"));
  await page.isTrueAfter("media.changed", () =>
    town.passing(town.simulator.text({ from: DANA, to: KILN, media: [{ contentType: "image/jpeg", bytes: jpeg() }] })),
  );
  await page.isTrueAfter("message.created", () => write(town, "Yes.", { in: id }));
  await page.isTrueAfter("message.changed", () => write(town, "All of us.", { in: id }));
  await page.isTrueAfter("contact.created", () => town.text(MARCO, "Hi"));
  await page.isTrueAfter("conversation.opened", () => town.text("+14155550177", "Hi"));
  await page.isTrueAfter("contact.updated", () => town.api.patch(`/api/contacts/${contactId}`, { name: "Dana" }));
  await page.isTrueAfter("conversation.changed", () => patch({ starred: true }));
  await page.isTrueAfter("conversation.changed", () => bulk("mark_read"));
  await page.isTrueAfter("conversation.changed", () => bulk("tag", { tag: "vip" }));
  await page.isTrueAfter("conversation.changed", () => bulk("archive"));
  await page.isTrueAfter("conversation.changed", () => bulk("unarchive"));
  await page.isTrueAfter("conversation.changed", () => bulk("snooze", { snoozedUntil: inHours(2) }));
  await page.isTrueAfter("conversation.woken", async () => town.clock.advance(2 * 3_600_000));
  let later = "";
  await page.isTrueAfter("message.created", async () => {
    later = (await write(town, "See you on Sunday.", { in: id, sendAt: inHours(5) })).id;
  });
  await page.isTrueAfter("message.changed", () => town.api.patch(`/api/messages/${later}`, { sendAt: inHours(9) }));
  await page.isTrueAfter("message.changed", () => town.api.post(`/api/messages/${later}/cancel`));
  let reply = "";
  await page.isTrueAfter("quick_reply.changed", async () => {
    const made = await town.api.post("/api/quick-replies", { shortcut: "hours", content: "Ten to six." });
    reply = String(made.body.id);
  });
  await page.isTrueAfter("quick_reply.changed", () =>
    town.api.patch(`/api/quick-replies/${reply}`, { content: "Ten to seven." }),
  );
  await page.isTrueAfter("quick_reply.deleted", () => town.api.delete(`/api/quick-replies/${reply}`));
  await page.isTrueAfter("note.added", () =>
    town.api.post(`/api/conversations/${id}/notes`, { content: "Left-handed" }),
  );
  const unclear = () => town.text(DANA, "Why do you keep texting me?");
  const openReview = async () => (await town.api.get("/api/reviews?status=open")).body.items?.[0]?.id;
  await page.isTrueAfter("review.opened", unclear);
  await page.isTrueAfter("review.changed", unclear);
  await page.isTrueAfter("review.changed", async () => town.api.post(`/api/reviews/${await openReview()}/ask`, {}));
  await page.isTrueAfter("review.closed", async () =>
    town.api.post(`/api/reviews/${await openReview()}/decide`, { verdict: "keep" }),
  );
  await page.isTrueAfter("consent.withdrawn", () => town.text(DANA, "STOP"));
  await page.isTrueAfter("consent.given", () => town.text(DANA, "START"));
  await page.isTrueAfter("conversation.handed_back", () => patch({ agentId: agent }));
  await page.isTrueAfter("conversation.handed_over", () => town.text(DANA, "Can I speak to a person please?"));
  await page.isTrueAfter("conversation.resolved", () => patch({ status: "RESOLVED" }));
  await page.isTrueAfter("agent.created", () => town.api.post("/api/agents", { name: "Glaze" }));
  await page.isTrueAfter("channel.changed", () => town.api.patch(`/api/channels/${channel.id}`, { agentId: agent }));
  await page.isTrueAfter("channel.health_changed", async () => {
    town.simulator.updateNumber(KILN, { capabilities: { sms: false } });
    await town.passing(town.api.post(`/api/channels/${channel.id}/check-health`));
  });
  await page.isTrueAfter("channel.health_changed", async () => {
    town.simulator.updateNumber(KILN, { capabilities: { sms: true } });
    await town.passing(town.api.post(`/api/channels/${channel.id}/check-health`));
  });
  await page.isTrueAfter("agent.changed", () => town.api.patch(`/api/agents/${agent}`, { name: "Slip" }));
  const publish = (body: unknown) => town.api.post(`/api/agents/${agent}/publish`, body);
  await page.isTrueAfter("agent.published", () => publish({ environments: ["sandbox", "live"] }));
  await page.isTrueAfter("agent.published", () => publish({ environments: ["live"], version: null }));
  await page.isTrueAfter("channel.changed", () =>
    town.api.patch(`/api/channels/${channel.id}`, { environment: "sandbox" }),
  );
  await page.isTrueAfter("channel.changed", () =>
    town.api.patch(`/api/channels/${channel.id}`, { environment: "live" }),
  );
  await page.isTrueAfter("knowledge.changed", () =>
    town.api.post(`/api/knowledge-bases/${base}/sources`, { kind: "pair", question: "Open?", answer: "Ten to six." }),
  );
  await page.isTrueAfter("workspace.changed", () => town.api.patch("/api/workspace", { name: "Kiln" }));
  await page.isTrueAfter("members.changed", () =>
    town.api.post("/api/invitations", { name: "Noor", email: "noor@kiln.example", role: "viewer" }),
  );
  await page.isTrueAfter("members.changed", () => hire(town, "agent", "Greta"));
  await page.isTrueAfter("agent.deleted", () => town.api.delete(`/api/agents/${agent}`));
  await page.isTrueAfter("sms_request.changed", () =>
    fillIn(town, request.id, { ...request.papers, email: "ana@kiln.example" }),
  );
  await page.isTrueAfter("sms_request.changed", () => town.api.delete(`/api/sms-requests/${request.id}`));
  await page.isTrueAfter("activation.changed", async () => {
    const [account] = (await town.api.get("/api/provider-accounts")).body.items ?? [];
    const [number] = (await town.api.get("/api/channels/sms/numbers?areaCode=628")).body.items ?? [];
    const body = { providerAccountId: account?.id, phoneNumber: number?.phoneNumber };
    await town.passing(town.api.post("/api/channels/sms/buy", body));
  });
  await pointCalls(town);
  await page.isTrueAfter("channel.changed", () => setVoice(town, channel, TEXTING));
  await page.isTrueAfter("channel.changed", () =>
    town.passing(town.api.post(`/api/channels/${channel.id}/voice/point`)),
  );
  await page.isTrueAfter("call.changed", () => ring(town, { outcome: "answered" }));
  await page.isTrueAfter("contact.updated", () => town.api.patch(`/api/contacts/${contactId}`, { name: "Dana D." }));
  await page.isTrueAfter(
    "channel.disconnected",
    () => town.passing(town.api.delete(`/api/channels/${channel.id}`)),
    keys.voice(channel.id),
  );
  await page.isTrueAfter("channel.connected", () => town.connect());
  await page.isTrueAfter("contact.erased", async () => {
    const other = (await town.api.get(`/api/contacts?phone=${encodeURIComponent(MARCO)}`)).body.items?.[0];
    await town.api.delete(`/api/contacts/${other?.id}`);
  });

  expect(HANDLED.filter((type) => !page.heard.some((event) => event.type === type))).toEqual([]);
  const numbers = page.heard.map((event) => event.seq);
  expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at));
  expect(page.jumps()).toBe(0);
  page.close();
});
