/** Wall clocks: what somebody chooses by the clocks of a place is one moment, also in the two nights in which they are changed. */
import { expect, test } from "vitest";
import { momentOf, wallIn } from "../../web/shell/zones.ts";

const NEW_YORK = "America/New_York";
const BERLIN = "Europe/Berlin";
const at = (zone: string, wall: string) => momentOf(zone, wall).toISOString();

test.each([
  [NEW_YORK, "2027-01-15T09:00", "2027-01-15T14:00:00.000Z"],
  [NEW_YORK, "2027-07-15T09:00", "2027-07-15T13:00:00.000Z"],
  [BERLIN, "2027-01-15T09:00", "2027-01-15T08:00:00.000Z"],
  ["Asia/Kathmandu", "2027-01-15T00:10", "2027-01-14T18:25:00.000Z"],
  ["Pacific/Kiritimati", "2027-01-15T00:10", "2027-01-14T10:10:00.000Z"],
])("in %s, %s is %s", (zone, wall, moment) => {
  expect(at(zone, wall)).toBe(moment);
});

test.each([
  [NEW_YORK, "2027-03-14T02:30", "2027-03-14T03:30"],
  [BERLIN, "2027-03-28T02:30", "2027-03-28T03:30"],
])("in %s there is no %s: it is %s", (zone, wall, instead) => {
  expect(wallIn(zone, momentOf(zone, wall))).toBe(instead);
});

test.each([
  [NEW_YORK, "2027-03-14T01:59", "2027-03-14T06:59:00.000Z"],
  [NEW_YORK, "2027-03-14T03:00", "2027-03-14T07:00:00.000Z"],
  [NEW_YORK, "2027-11-07T00:59", "2027-11-07T04:59:00.000Z"],
  [NEW_YORK, "2027-11-07T02:00", "2027-11-07T07:00:00.000Z"],
  [BERLIN, "2027-03-28T03:00", "2027-03-28T01:00:00.000Z"],
  [BERLIN, "2027-10-31T03:00", "2027-10-31T02:00:00.000Z"],
])("in %s, %s beside the change is %s", (zone, wall, moment) => {
  expect(at(zone, wall)).toBe(moment);
});

test.each([
  [NEW_YORK, "2027-11-07T01:30", "2027-11-07T05:30:00.000Z"],
  [BERLIN, "2027-10-31T02:30", "2027-10-31T00:30:00.000Z"],
])("in %s there are two %s: it is the first", (zone, wall, moment) => {
  expect(at(zone, wall)).toBe(moment);
});
