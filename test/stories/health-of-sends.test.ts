/** What became of the last day's texts tells of a channel's illness: the carriers' refusals by their codes, and too many failures. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { FindingCode } from "../../contract/channel-health.ts";
import type { Connection } from "../../contract/channels.ts";
import { leap, newcomer, untilStatus, write } from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

const DAY_MS = 24 * 60 * 60_000;

let town: Town;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  channel = await town.connect();
  await town.api.patch(`/api/channels/${channel.id}`, { mps: 100 });
});
afterAll(() => town.stop());

/** Each story begins with a channel that is well. */
beforeEach(async () => {
  town.simulator.clearOutcomes();
  expect(codes(await checked())).toEqual([]);
});

/** So many texts come to this end. */
async function send(count: number, end: "delivered" | "undelivered", errorCode?: number): Promise<void> {
  const phones = Array.from({ length: count }, () => newcomer());
  const code = errorCode ? { errorCode } : {};
  town.simulator.addOutcomes(phones.map((to) => ({ match: { to }, status: end, ...code })));
  const texts = await Promise.all(phones.map((to) => write(town, "Hello", { to })));
  for (const each of texts) await untilStatus(town, each, end);
}
const checked = async () =>
  (await town.passing(town.api.post(`/api/channels/${channel.id}/check-health`, {}))).body as unknown as Connection;
const codes = (connection: Connection): FindingCode[] => connection.findings.map(({ code }) => code);

test.each([
  [30034, "not_registered_10dlc", "degraded", "approved campaign"],
  [30035, "number_being_configured", "degraded", "Wait a day"],
  [30032, "toll_free_not_verified", "degraded", "verification"],
  [30033, "campaign_suspended", "restricted", "answer it there"],
  [30037, "sending_disabled", "restricted", "support"],
] as const)(
  "a text that failed with %i says so with its remedy for a day, and stops nobody",
  async (errorCode, code, status, remedy) => {
    await send(1, "undelivered", errorCode);
    const ill = await checked();
    expect(ill).toMatchObject({ status, findings: [{ code, stopsSending: false }] });
    expect(ill.findings[0]?.remedy).toContain(remedy);
    expect(ill.findings[0]?.helpUrl).toBe(`https://www.twilio.com/docs/api/errors/${errorCode}`);
    await send(1, "delivered");
    expect(codes(await checked())).toEqual([code]);
    await leap(town, DAY_MS);
    expect(await checked()).toMatchObject({ status: "active", findings: [] });
  },
);

test("texts that fail too often are a warning, which ends only when clearly fewer do", async () => {
  await send(14, "delivered");
  await send(5, "undelivered", 30003);
  expect(codes(await checked())).toEqual([]); // a quarter and more, of too few
  await send(1, "undelivered", 30003);
  const ill = await checked();
  expect(ill).toMatchObject({ status: "degraded", findings: [{ code: "sends_failing", stopsSending: false }] });
  expect(ill.findings[0]?.message).toContain("30003");
  await send(8, "delivered");
  expect(codes(await checked())).toEqual(["sends_failing"]); // 6 of 28: below where it began
  await send(13, "delivered");
  expect(codes(await checked())).toEqual([]); // 6 of 41
  await leap(town, DAY_MS);
});

test("texts to people who opted out are no illness", async () => {
  await send(10, "delivered");
  await send(10, "undelivered", 21610);
  expect(codes(await checked())).toEqual([]);
  await leap(town, DAY_MS);
});
