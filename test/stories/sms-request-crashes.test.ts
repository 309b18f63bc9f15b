/** A process that dies between any two steps of handing papers in: the next one finishes, and nothing is made twice. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SmsRequest } from "../../contract/sms-requests.ts";
import { act, atProvider, bundleOf, filledRequest, NOTHING_LEFT, ONE_OF_EACH, readRequest } from "../support/papers.ts";
import { asOwner } from "../support/sql.ts";
import { foundTown, type Town } from "../support/town.ts";
import { layWire, type Wire } from "../support/wire.ts";

let town: Town;
let wire: Wire;
beforeAll(async () => {
  wire = await layWire((path) => /RegulatoryCompliance|Addresses/.test(path));
  const url = wire.url;
  // The town's own house has no lanes: what it leaves undone, only another process takes up.
  town = await foundTown({
    ...{ PARLEY_ROLE: "web", TWILIO_API_URL: url, TWILIO_MESSAGING_URL: url },
    ...{ TWILIO_NUMBERS_URL: url, TWILIO_NUMBERS_UPLOAD_URL: url },
  });
  wire.leadTo(town.simulator.url);
  await town.connect();
});
afterAll(async () => {
  await wire.stop();
  await town.stop();
});

/** Lets minutes pass until something is so, as another process brings it about. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let rounds = 0; rounds < 4000; rounds++) {
    if (await isSo()) return;
    town.clock.advance(2000);
    await pause(2);
  }
  throw new Error(`waited in vain until ${what}`);
}
const isAt = async (id: string, status: SmsRequest["status"]) => (await readRequest(town, id)).status === status;

/**
 * Dies at the n-th call of an act, then starts anew and waits until it is done.
 * @returns at which call; null: the act has fewer calls
 */
async function dieAt(
  n: number,
  when: "before" | "after",
  begin: () => Promise<unknown>,
  isDone: () => Promise<boolean>,
): Promise<string | null> {
  const held = wire.hold(n, when);
  const asked = begin();
  const call = await Promise.race([held, asked.then(() => null)]);
  if (call === null) {
    wire.cut();
    return null;
  }
  const next = await town.hireWorker();
  await until(`it is over, after ${call}`, isDone);
  // The dead one comes back, and finds that it is no longer its business.
  wire.cut();
  await asked;
  await town.passing(next.stop());
  return call;
}

const MOST_CALLS = 30;

describe.each(["before", "after"] as const)("dead %s a call", (when) => {
  test("of handing papers in: they are with the reviewers, once", async () => {
    const calls: string[] = [];
    for (let n = 1; n <= MOST_CALLS; n++) {
      const { id } = await filledRequest(town);
      const call = await dieAt(
        n,
        when,
        () => town.api.post(`/api/sms-requests/${id}/submit`),
        () => isAt(id, "in_review"),
      );
      const at = `${when} ${n}: ${call}`;
      expect(await readRequest(town, id), at).toMatchObject({ status: "in_review", problem: null, findings: [] });
      expect(await atProvider(town, id), at).toEqual(ONE_OF_EACH);
      const bundle = bundleOf(town, id);
      expect(bundle, at).toMatchObject({ status: "pending-review" });
      expect(bundle?.items, at).toHaveLength(3);
      if (call === null) break;
      calls.push(call.split("?")[0] ?? "");
    }
    expect(calls.length, calls.join("\n")).toBeGreaterThan(12);
    expect(calls.length).toBeLessThan(MOST_CALLS);
  }, 240_000);
});

test("whoever withdraws while papers are handed in leaves nothing behind", async () => {
  for (const n of [2, 4, 6, 10]) {
    const { id } = await filledRequest(town);
    const held = wire.hold(n, "after");
    const asked = town.api.post(`/api/sms-requests/${id}/submit`);
    await held;
    expect(await act(town, id, "withdraw"), String(n)).toMatchObject({ status: "withdrawn", erased: true });
    wire.cut();
    await asked;
    const next = await town.hireWorker();
    await until("nothing is left of it", async () => {
      const left = await asOwner(town, "select 1 from sms_request_lanes where request_id = $1", [id]);
      return left.length === 0;
    });
    await town.passing(next.stop());
    expect(await atProvider(town, id), String(n)).toEqual(NOTHING_LEFT);
  }
}, 120_000);

describe("an answer that is lost", () => {
  const posts = (path: string) => ({ method: "POST", path });
  const places = ["Addresses.json", "EndUsers", "SupportingDocuments", "Bundles", "ItemAssignments", "Evaluations"];
  const cases = places.flatMap((path) =>
    (["reset_after", "reset_before"] as const).map((kind) => [path, kind, { kind, match: posts(path) }] as const),
  );
  test.each(cases)(
    "of %s (%s) is looked for before it is asked again",
    async (_path, _kind, fault) => {
      const { id } = await filledRequest(town);
      town.simulator.addFaults([{ ...fault, times: 1 }]);
      expect(await act(town, id, "submit")).toMatchObject({ status: "sending", problem: { code: "answer_lost" } });
      const next = await town.hireWorker();
      await until("it is with the reviewers", () => isAt(id, "in_review"));
      await town.passing(next.stop());
      town.simulator.clearFaults();
      expect(await atProvider(town, id)).toEqual(ONE_OF_EACH);
      expect(bundleOf(town, id)?.items).toHaveLength(3);
    },
    60_000,
  );
});
