/** A process that dies between any two steps of getting or giving back a number: the next one finishes, and nothing is bought twice. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Activation } from "../../contract/activations.ts";
import { activate, deactivate, soldTo, subaccounts } from "../support/activations.ts";
import type { Answer } from "../support/api.ts";
import { listed } from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";
import { layWire, type Wire } from "../support/wire.ts";

let town: Town;
let wire: Wire;
let account: { id: string };
beforeAll(async () => {
  wire = await layWire((path) => !path.includes("/Messages"));
  // The town's own house has no lanes: what it leaves undone, only another process takes up.
  town = await foundTown({ PARLEY_ROLE: "web", TWILIO_API_URL: wire.url, TWILIO_MESSAGING_URL: wire.url });
  wire.leadTo(town.simulator.url);
  await town.connect();
  const [first] = await listed<{ id: string }>(town, "/api/provider-accounts");
  account = { id: first?.id ?? "" };
});
afterAll(async () => {
  await wire.stop();
  await town.stop();
});

/** Lets minutes pass until every activation is settled. */
async function untilSettled(): Promise<void> {
  for (let rounds = 0; rounds < 4000; rounds++) {
    const all = await listed<Activation>(town, "/api/activations?limit=200");
    if (all.every((each) => each.settledAt)) return;
    town.clock.advance(2000);
    await pause(2);
  }
  throw new Error(`not settled: ${JSON.stringify(await listed(town, "/api/activations?limit=200"))}`);
}

/**
 * Dies at the n-th call of an act, then starts anew and waits until all is settled.
 * @returns at which call, and what the dead process would have answered; null: the act has fewer calls
 */
async function dieAt(n: number, when: "before" | "after", act: () => Promise<Answer>): Promise<string | null> {
  const held = wire.hold(n, when);
  const asked = act();
  const call = await Promise.race([held, asked.then(() => null)]);
  if (call === null) {
    wire.cut();
    return null;
  }
  const next = await town.hireWorker();
  await untilSettled();
  // The dead one comes back, and finds that it is no longer its business.
  wire.cut();
  expect((await asked).status).toBeLessThan(300);
  await town.passing(next.stop());
  return call;
}

/** What was bought or opened since then, as the provider counts it. */
function done(since: number) {
  const made = town.simulator.requests({ since }).filter((each) => each.method === "POST" && each.status === 201);
  return {
    subaccounts: made.filter((each) => each.path.endsWith("/Accounts.json")).length,
    numbers: made.filter((each) => each.path.endsWith("/IncomingPhoneNumbers.json")).length,
  };
}
const now = () => town.simulator.requests().at(-1)?.seq ?? 0;

const MOST_CALLS = 20;

describe.each(["before", "after"] as const)("dead %s a call", (when) => {
  test("of an activation: one subaccount with one number, connected", async () => {
    const calls: string[] = [];
    for (let n = 1; n <= MOST_CALLS; n++) {
      const since = now();
      const call = await dieAt(n, when, () => town.api.post("/api/activations", { country: "US", areaCode: "628" }));
      const [activation, ...others] = (await listed<Activation>(town, "/api/activations?limit=200")).filter(
        (each) => each.kind === "managed" && each.state !== "released",
      );
      const at = `${when} ${n}: ${call}`;
      expect(others, at).toEqual([]);
      expect(activation, at).toMatchObject({ state: "connected", problem: null });
      expect(done(since), at).toEqual({ subaccounts: 1, numbers: 1 });
      const open = subaccounts(town).filter((each) => each.status !== "closed");
      expect(open, at).toMatchObject([{ friendlyName: `Parley ${activation?.id}` }]);
      expect(soldTo(town), at).toMatchObject([{ accountSid: open[0]?.sid, phoneNumber: activation?.phoneNumber }]);
      const { body } = await town.api.get(`/api/channels/${activation?.channelId}`);
      expect(body, at).toMatchObject({ phoneNumber: activation?.phoneNumber, webhook: { configuredBy: "parley" } });
      await deactivate(town, activation?.id ?? "", activation?.phoneNumber ?? "");
      if (call === null) break;
      calls.push(call.split("?")[0] ?? "");
    }
    expect(calls.length, calls.join("\n")).toBeGreaterThan(6);
    expect(calls.length).toBeLessThan(MOST_CALLS);
  }, 240_000);

  test("of a deactivation: nothing is left at the provider", async () => {
    const calls: string[] = [];
    for (let n = 1; n <= MOST_CALLS; n++) {
      const { id, phoneNumber } = await activate(town, { country: "US", areaCode: "628" });
      const call = await dieAt(n, when, () =>
        town.api.post(`/api/activations/${id}/deactivate`, { confirm: phoneNumber ?? "" }),
      );
      const at = `${when} ${n}: ${call}`;
      expect((await town.api.get(`/api/activations/${id}`)).body, at).toMatchObject({ state: "released" });
      expect(soldTo(town), at).toEqual([]);
      expect(
        subaccounts(town).filter((each) => each.status !== "closed"),
        at,
      ).toEqual([]);
      if (call === null) break;
      calls.push(call);
    }
    expect(calls.length, calls.join("\n")).toBeGreaterThan(3);
    expect(calls.length).toBeLessThan(MOST_CALLS);
  }, 240_000);

  test("of a purchase: the number that was wanted, once", async () => {
    const calls: string[] = [];
    const { items = [] } = (await town.api.get(`/api/channels/sms/numbers?areaCode=${when === "before" ? 212 : 646}`))
      .body;
    for (let n = 1; n <= MOST_CALLS; n++) {
      const phoneNumber = String(items[n]?.phoneNumber);
      const since = now();
      const call = await dieAt(n, when, () =>
        town.api.post("/api/channels/sms/buy", { providerAccountId: account.id, phoneNumber }),
      );
      const at = `${when} ${n}: ${call}`;
      const [bought] = (await listed<Activation>(town, "/api/activations?limit=200")).filter(
        (each) => each.phoneNumber === phoneNumber,
      );
      expect(bought, at).toMatchObject({ state: "connected", problem: null });
      expect(done(since), at).toEqual({ subaccounts: 0, numbers: 1 });
      expect((await town.api.get(`/api/channels/${bought?.channelId}`)).body, at).toMatchObject({ phoneNumber });
      await town.passing(town.api.delete(`/api/channels/${bought?.channelId}`));
      town.simulator.releaseNumber(phoneNumber);
      if (call === null) break;
      calls.push(call);
    }
    expect(calls.length, calls.join("\n")).toBeGreaterThan(4);
    expect(calls.length).toBeLessThan(MOST_CALLS);
  }, 240_000);
});

describe("an answer that is lost", () => {
  const opening = { method: "POST", path: "/2010-04-01/Accounts.json" };
  const buying = { method: "POST", path: "/IncomingPhoneNumbers.json" };
  test.each([
    ["of the opening, which was done", { kind: "reset_after", match: opening }],
    ["of the opening, which was not done", { kind: "reset_before", match: opening }],
    ["of the purchase, which was done", { kind: "reset_after", match: buying }],
    ["of the purchase, which was not done", { kind: "reset_before", match: buying }],
    ["to a fault at the provider", { kind: "status", status: 500, match: buying }],
  ] as const)("%s, is looked for before it is asked again", async (_, fault) => {
    town.simulator.addFaults([{ ...fault, times: 1 }]);
    const since = now();
    const begun = await activate(town, { country: "US", areaCode: "628" });
    expect(begun).toMatchObject({ settledAt: null, problem: { code: "answer_lost" } });
    const next = await town.hireWorker();
    await untilSettled();
    await town.passing(next.stop());
    town.simulator.clearFaults();
    expect(done(since)).toEqual({ subaccounts: 1, numbers: 1 });
    const { body } = await town.api.get(`/api/activations/${begun.id}`);
    expect(body).toMatchObject({ state: "connected", problem: null });
    expect(soldTo(town)).toHaveLength(1);
    expect(await deactivate(town, begun.id, String(body.phoneNumber))).toMatchObject({ state: "released" });
  });
});

test("who gives up while a number is being bought leaves nothing behind", async () => {
  const held = wire.hold(5, "after"); // the purchase
  const asked = town.api.post("/api/activations", { country: "US", areaCode: "628" });
  expect(await held).toContain("POST");
  expect(soldTo(town)).toHaveLength(1);
  const [activation] = (await listed<Activation>(town, "/api/activations?limit=200")).filter((each) => !each.settledAt);
  await deactivate(town, activation?.id ?? "", activation?.phoneNumber ?? "");
  wire.cut();
  expect((await asked).body).toMatchObject({ state: "undone", channelId: null });
  expect(soldTo(town)).toEqual([]);
  expect(subaccounts(town).filter((each) => each.status !== "closed")).toEqual([]);
});
