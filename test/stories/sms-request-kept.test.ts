/** Papers that were taken back here, and that the provider does not let go of: it is asked for as long as that makes sense. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  act,
  askedAbout,
  atProvider,
  bundleOf,
  inReview,
  NOTHING_LEFT,
  ONE_OF_EACH,
  readRequest,
  review,
} from "../support/papers.ts";
import { asOwner } from "../support/sql.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
  await town.connect();
});
afterAll(() => town.stop());
afterEach(() => town.simulator.clearFaults());

/** More often than it is asked before anything is given up. */
const OFTEN = 12;
const LOOK_MS = 5000;

/** Weeks in a moment: leaps to whatever is due of a request next, until something is so. `isDue`: whether anything still is. */
const leaping = (id: string, what: string, isSo: (isDue: boolean) => boolean) =>
  town.until(what, async () => {
    const sql = "select extract(epoch from due_at) * 1000 as at from sms_request_lanes where request_id = $1";
    const [lane] = await asOwner(town, sql, [id]);
    // A lane that was not told of anything looks after five seconds.
    if (lane) town.clock.advance(Math.max(LOOK_MS, Number(lane.at) - town.clock.now().getTime()));
    return isSo(lane !== undefined);
  });
const refusedTo = (id: string) => askedAbout(town, id, "DELETE").length;
async function untilAskedOften(id: string): Promise<void> {
  const before = refusedTo(id);
  await leaping(id, "it was asked often", () => refusedTo(id) > before + OFTEN);
}
async function withdrawn(): Promise<string> {
  const { id } = await inReview(town);
  await act(town, id, "withdraw");
  return id;
}
async function isLetGoOf(id: string): Promise<void> {
  review(town, id, { status: "twilio-rejected", reason: "Withdrawn." });
  await leaping(id, "it is over", (isDue) => !isDue);
  expect(await atProvider(town, id)).toEqual(NOTHING_LEFT);
}

test("while the reviewers have them it is asked, however long that takes", async () => {
  const id = await withdrawn();
  await untilAskedOften(id);
  await isLetGoOf(id);
});

test("an outage, however long, loses nothing", async () => {
  const id = await withdrawn();
  await leaping(id, "it is refused", () => refusedTo(id) > 0);
  review(town, id, { status: "twilio-approved" });
  town.simulator.addFaults([{ kind: "status", status: 503, match: { path: "RegulatoryCompliance" } }]);
  await untilAskedOften(id);
  town.simulator.clearFaults();
  // It answers again, and what it has approved it does not delete: one such answer is not the end.
  const before = refusedTo(id);
  await leaping(id, "it answers again", () => refusedTo(id) > before + 1);
  await isLetGoOf(id);
});

test("nor does it go on for ever about what was in a bundle that stays there", async () => {
  const id = await withdrawn();
  review(town, id, { status: "twilio-approved" });
  const document = { method: "DELETE", path: "SupportingDocuments" };
  town.simulator.addFaults([{ kind: "status", status: 400, code: 21646, match: document }]);
  await leaping(id, "it is given up", (isDue) => !isDue);
  expect(await readRequest(town, id)).toMatchObject({ status: "withdrawn", problem: null });
});

test("what it has approved after all stays there in the end, and that is said", async () => {
  const id = await withdrawn();
  review(town, id, { status: "twilio-approved" });
  const sid = bundleOf(town, id)?.sid ?? "";
  await leaping(id, "it is given up", (isDue) => !isDue);
  expect(refusedTo(id)).toBeGreaterThan(10);
  expect(await atProvider(town, id)).toEqual(ONE_OF_EACH);
  expect(town.logLines.filter((line) => line.includes("the provider keeps") && line.includes(sid))).toHaveLength(1);
  expect(await readRequest(town, id)).toMatchObject({ status: "withdrawn", erased: true, problem: null });
});
