/** Who had a conversation when: what people do with it, besides writing, is kept with its moment and its doer. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ConversationChange } from "../../contract/conversations.ts";
import { type Colleague, hire } from "../support/people.ts";
import { conversationWith, leap, listed, newcomer } from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
let greta: Colleague;
let hugo: Colleague;
let agentId: string;
beforeAll(async () => {
  town = await foundTown();
  agentId = String((await town.api.post("/api/agents", { name: "Clay", active: true })).body.id);
  await town.connect(undefined, { agentId });
  greta = await hire(town, "agent", "Greta");
  hugo = await hire(town, "admin", "Hugo");
});
afterAll(() => town.stop());

let id: string;
beforeEach(async () => {
  const phone = newcomer();
  await town.text(phone, "Hello");
  ({ id } = await conversationWith(town, phone));
});

/** Oldest first: who did what, and whom it went to. */
async function changes(): Promise<Array<Array<string | null | undefined>>> {
  const all = await listed<ConversationChange>(town, `/api/conversations/${id}/changes`);
  return all
    .reverse()
    .map(({ actor, kind, givenTo }) => [actor.name, kind, ...(givenTo ? [givenTo.name ?? givenTo.id] : [])]);
}
const patch = (by: Colleague, body: object) => by.api.patch(`/api/conversations/${id}`, body);
const bulk = (by: Colleague, body: object) => by.api.post("/api/conversations/bulk", { ids: [id], ...body });

test("taken from the agent by answering, assigned, resolved, opened again and handed back: each is told once", async () => {
  expect(await changes()).toEqual([]);
  await greta.api.post(`/api/conversations/${id}/messages`, { content: "I am here." });
  await greta.api.post(`/api/conversations/${id}/messages`, { content: "Still here." });
  await patch(greta, { assigneeId: hugo.memberId });
  await patch(greta, { assigneeId: hugo.memberId }); // nothing changes by it
  await patch(hugo, { status: "RESOLVED" });
  await patch(hugo, { status: "RESOLVED" });
  await patch(hugo, { status: "OPEN" });
  await bulk(hugo, { action: "unassign" });
  await bulk(hugo, { action: "assign", assigneeId: hugo.memberId });
  await patch(hugo, { agentId });
  await patch(hugo, { agentId });
  await patch(hugo, { starred: true, tags: ["glaze"], archived: true });
  expect(await changes()).toEqual([
    ["Greta", "taken_over"],
    ["Greta", "assigned", "Hugo"],
    ["Hugo", "resolved"],
    ["Hugo", "reopened"],
    ["Hugo", "unassigned"],
    ["Hugo", "assigned", "Hugo"],
    ["Hugo", "handed_back", agentId],
  ]);
});

test("a sleep is told with its end, and who ended it: a person or the clock", async () => {
  const until = new Date(town.clock.now().getTime() + 3_600_000).toISOString();
  await patch(greta, { snoozedUntil: until });
  await patch(greta, { snoozedUntil: null });
  await patch(hugo, { snoozedUntil: until });
  await leap(town, 3_600_000);
  await town.until("it woke", async () => (await changes()).length === 4);
  expect(await changes()).toEqual([
    ["Greta", "snoozed"],
    ["Greta", "woken"],
    ["Hugo", "snoozed"],
    [null, "woken"],
  ]);
  const [, slept] = await listed<ConversationChange>(town, `/api/conversations/${id}/changes`);
  expect(slept?.until).toBe(until);
});

test("what was refused is not told", async () => {
  expect((await patch(greta, { assigneeId: `mem_${"0".repeat(32)}` })).status).toBe(422);
  expect((await patch(greta, { agentId, status: "OPEN" })).status).toBe(422);
  expect(await changes()).toEqual([]);
});
