/** Quiet hours, told by places and dates: what is allowed when, and when the next allowed moment is. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_SENDING_RULES } from "../../../contract/consent.ts";
import { areaOf } from "./area-codes.ts";
import { isHoliday } from "./holidays.ts";
import { closedAt } from "./hours.ts";
import { LAWS } from "./laws.ts";
import { type AddressHints, type HouseHours, hintsIn, quietHoursFor, sayClosed } from "./quiet-hours.ts";
import { whereaboutsOf } from "./whereabouts.ts";

const house = DEFAULT_SENDING_RULES.quietHours;
const at = (local: string, zone: string) =>
  new Date(Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds);

function known(phone: string, hints: AddressHints = {}, hours: HouseHours = house) {
  const quiet = quietHoursFor(phone, hints, hours);
  if (!quiet.known) throw new Error(`nobody knows where ${phone} is`);
  return quiet;
}
const isOpen = (phone: string, moment: Date, hints: AddressHints = {}) =>
  known(phone, hints).closedAt(moment).length === 0;
/** When it may leave, as the clock there shows it. */
const opens = (phone: string, moment: Date, zone: string, hints: AddressHints = {}) => {
  const first = known(phone, hints).firstOpen(moment);
  return (
    first &&
    Temporal.Instant.fromEpochMilliseconds(first.getTime())
      .toZonedDateTimeISO(zone)
      .toPlainDateTime()
      .toString({ smallestUnit: "minute" })
  );
};

const NEW_YORK = "America/New_York";
const CHICAGO = "America/Chicago";
const GEORGIA = "+14045550101"; // no rule of its own: the federal one
const FLORIDA = "+13055550101";
const PANHANDLE = "+18505550101"; // Florida, in two zones
const TEXAS = "+12145550101";
const ALABAMA = "+12055550101";
const PITTSBURGH = "+14125550101";

describe("the federal window is 8 to 21 where they are", () => {
  test.each([
    ["2026-11-23T07:59", false],
    ["2026-11-23T08:00", true],
    ["2026-11-23T20:59", true],
    ["2026-11-23T21:00", false],
    ["2026-11-22T08:00", true], // a Sunday
  ])("%s in Atlanta: %s", (local, open) => {
    expect(isOpen(GEORGIA, at(local, NEW_YORK))).toBe(open);
  });

  test("what comes at night waits for the morning there", () => {
    expect(opens(GEORGIA, at("2026-11-23T22:14", NEW_YORK), NEW_YORK)).toBe("2026-11-24T08:00");
    expect(opens(GEORGIA, at("2026-11-24T03:00", NEW_YORK), NEW_YORK)).toBe("2026-11-24T08:00");
    expect(opens(GEORGIA, at("2026-11-24T09:30", NEW_YORK), NEW_YORK)).toBe("2026-11-24T09:30");
  });
});

describe("the stricter law of a state counts", () => {
  test.each([
    ["Florida ends at 20:00", FLORIDA, NEW_YORK, "2026-11-23T20:00", "2026-11-24T08:00"],
    ["California begins at 9:00", "+14155550101", "America/Los_Angeles", "2026-11-23T08:00", "2026-11-23T09:00"],
    ["Kentucky begins at 10:00", "+15025550101", NEW_YORK, "2026-11-23T08:00", "2026-11-23T10:00"],
    ["Rhode Island ends at 17:00 on a Saturday", "+14015550101", NEW_YORK, "2026-11-21T17:00", "2026-11-22T10:00"],
    ["Texas begins at noon on a Sunday", TEXAS, CHICAGO, "2026-11-22T09:00", "2026-11-22T12:00"],
    ["Alabama has no Sunday", ALABAMA, CHICAGO, "2026-11-21T20:30", "2026-11-23T08:00"],
    ["Maine has no weekend", "+12075550101", NEW_YORK, "2026-11-20T18:00", "2026-11-23T09:00"],
    ["Pennsylvania has no Sunday since October 2026", PITTSBURGH, NEW_YORK, "2026-11-22T12:00", "2026-11-23T08:00"],
    ["but had one before", PITTSBURGH, NEW_YORK, "2026-10-11T12:00", "2026-10-11T12:00"],
    ["India begins at 10:00", "+919876543210", "Asia/Kolkata", "2026-11-23T08:30", "2026-11-23T10:00"],
    ["France ends at 20:00 and has no Sunday", "+33612345678", "Europe/Paris", "2026-11-21T20:00", "2026-11-23T08:00"],
    ["elsewhere our own hours count", "+353861234567", "Europe/Dublin", "2026-11-23T07:00", "2026-11-23T08:00"],
  ])("%s", (_what, phone, zone, asked, answer) => {
    expect(opens(phone, at(asked, zone), zone)).toBe(answer);
  });

  test("a rule that begins at midnight ends a wait that began before it", () => {
    // Saturday 17 October 2026, late; the Sunday ban begins on the 18th, a Sunday.
    expect(opens(PITTSBURGH, at("2026-10-17T22:00", NEW_YORK), NEW_YORK)).toBe("2026-10-19T08:00");
    expect(opens(PITTSBURGH, at("2026-10-10T22:00", NEW_YORK), NEW_YORK)).toBe("2026-10-11T08:00");
  });
});

describe("holidays", () => {
  test.each([
    ["Thanksgiving in Louisiana", "+15045550101", CHICAGO, "2026-11-26T10:00", "2026-11-27T08:00"],
    ["Mardi Gras in Louisiana", "+15045550101", CHICAGO, "2026-02-17T10:00", "2026-02-18T08:00"],
    [
      "Independence Day kept on the Friday before, in Alabama",
      ALABAMA,
      CHICAGO,
      "2026-07-03T10:00",
      "2026-07-06T08:00",
    ],
    ["Pioneer Day in Utah", "+18015550101", "America/Denver", "2026-07-24T10:00", "2026-07-25T08:00"],
    ["Ascension Day in France", "+33612345678", "Europe/Paris", "2026-05-14T10:00", "2026-05-15T08:00"],
  ])("%s", (_what, phone, zone, asked, answer) => {
    expect(opens(phone, at(asked, zone), zone)).toBe(answer);
  });

  test("a holiday of one state is an ordinary day in the next", () => {
    expect(isOpen(GEORGIA, at("2026-11-26T10:00", NEW_YORK))).toBe(true);
  });

  test("Easter and what hangs on it", () => {
    const easterMondays = ["2024-04-01", "2025-04-21", "2026-04-06", "2027-03-29", "2038-04-26"];
    for (const day of easterMondays) expect(isHoliday("fr", Temporal.PlainDate.from(day)), day).toBe(true);
  });

  test("New Year's Day on a Saturday is kept on the last day of the year before", () => {
    expect(isHoliday("us", Temporal.PlainDate.from("2027-12-31"))).toBe(true);
    expect(isHoliday("us", Temporal.PlainDate.from("2026-12-31"))).toBe(false);
  });
});

describe("where somebody may be in several zones, all of them count", () => {
  test("an area code that spans two", () => {
    expect(areaOf("850")?.zones).toEqual([NEW_YORK, CHICAGO]);
    expect(opens(PANHANDLE, at("2026-11-23T08:30", NEW_YORK), NEW_YORK)).toBe("2026-11-23T09:00");
    expect(isOpen(PANHANDLE, at("2026-11-23T19:59", NEW_YORK))).toBe(true);
    expect(isOpen(PANHANDLE, at("2026-11-23T20:00", NEW_YORK))).toBe(false);
  });

  test("an area code in one state and a ZIP code in another: the laws and clocks of both", () => {
    const movedToFlorida = { zip: "33139" };
    const california = "+14155550101";
    const morning = at("2026-11-23T08:30", NEW_YORK);
    expect(opens(california, morning, NEW_YORK, movedToFlorida)).toBe("2026-11-23T12:00"); // 9:00 in California
    expect(isOpen(california, at("2026-11-23T20:00", NEW_YORK), movedToFlorida)).toBe(false);
  });

  test.each([
    [{ state: "FL" }, "2026-11-23T20:00"],
    [{ State: "florida" }, "2026-11-23T20:00"],
    [{ region: "US-FL" }, "2026-11-23T20:00"],
    [{ "Postal code": 33139 }, "2026-11-23T20:00"],
    [{ time_zone: "America/Halifax" }, "2026-11-23T20:00"],
    [{ country: "FR" }, "2026-11-23T19:00"],
  ])("the contact's own %j is heard", (attributes, local) => {
    const moment = at(local, NEW_YORK);
    expect(isOpen(GEORGIA, moment)).toBe(true);
    expect(isOpen(GEORGIA, moment, hintsIn(attributes))).toBe(false);
  });

  test("nonsense in the attributes widens nothing", () => {
    const nonsense = hintsIn({ timeZone: "Mars/Olympus", state: "Bliss", zip: "none", country: { a: 1 } });
    expect(whereaboutsOf(FLORIDA, nonsense)).toEqual(whereaboutsOf(FLORIDA));
  });
});

describe("where nobody knows the place", () => {
  test.each(["+15005550006", "+18005550101", "+15555550101", "+88312345678", "+999123456789", "nonsense"])(
    "%s is of no place",
    (phone) => {
      expect(quietHoursFor(phone, {}, house)).toEqual({ known: false });
      expect(quietHoursFor(phone, { timeZone: "Mars/Olympus" }, house)).toEqual({ known: false });
    },
  );

  test("a time zone alone brings the law of every place", () => {
    const hints = { timeZone: CHICAGO };
    expect(opens("+18005550101", at("2026-11-23T08:30", CHICAGO), CHICAGO, hints)).toBe("2026-11-23T10:00"); // Kentucky, India
    expect(isOpen("+18005550101", at("2026-11-23T17:00", CHICAGO), hints)).toBe(false); // Maine
  });
});

describe("clocks that change", () => {
  test("in spring 8:00 comes an hour sooner", () => {
    // 2:00 becomes 3:00 on 8 March 2026.
    const night = at("2026-03-07T23:00", NEW_YORK);
    const first = known(GEORGIA).firstOpen(night);
    expect(first?.toISOString()).toBe("2026-03-08T12:00:00.000Z");
    expect(isOpen(GEORGIA, new Date("2026-03-08T11:59:59.999Z"))).toBe(false);
  });

  test("in autumn it comes an hour later, and the hour that comes twice is night both times", () => {
    const first = known(GEORGIA).firstOpen(at("2026-10-31T23:00", NEW_YORK));
    expect(first?.toISOString()).toBe("2026-11-01T13:00:00.000Z");
    for (const instant of ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"])
      expect(isOpen(GEORGIA, new Date(instant))).toBe(false);
  });

  test("Arizona does not change, but for those who may be on Navajo land", () => {
    const summer = at("2026-07-06T08:00", "America/Denver"); // 7:00 in Phoenix
    expect(opens("+16025550101", summer, "America/Phoenix")).toBe("2026-07-06T08:00");
    expect(opens("+19285550101", at("2026-07-06T20:30", "America/Phoenix"), "America/Phoenix")).toBe(
      "2026-07-07T08:00",
    );
    expect(isOpen("+16025550101", at("2026-07-06T20:30", "America/Phoenix"))).toBe(true);
  });

  test("Hawaii and Alaska are where they are", () => {
    expect(opens("+18085550101", at("2026-11-23T12:00", NEW_YORK), "Pacific/Honolulu")).toBe("2026-11-23T08:00");
    // The Aleutians are an hour behind Anchorage, and share its area code.
    expect(opens("+19075550101", at("2026-11-23T08:00", "America/Anchorage"), "America/Anchorage")).toBe(
      "2026-11-23T09:00",
    );
  });
});

describe("our own hours", () => {
  test("narrow the law's, and never widen it", () => {
    const noon = { from: "12:00", to: "13:00" };
    const narrow = known(GEORGIA, {}, { weekdays: noon, saturday: null, sunday: null });
    expect(narrow.closedAt(at("2026-11-23T12:30", NEW_YORK))).toEqual([]);
    expect(narrow.closedAt(at("2026-11-23T13:00", NEW_YORK))).toHaveLength(1);
    const allDay = { from: "00:00", to: "24:00" };
    const wide = known(GEORGIA, {}, { weekdays: allDay, saturday: allDay, sunday: allDay });
    expect(wide.closedAt(at("2026-11-23T22:00", NEW_YORK))).toHaveLength(1);
  });

  test("that leave no time at all leave none", () => {
    expect(
      known(GEORGIA, {}, { weekdays: null, saturday: null, sunday: null }).firstOpen(at("2026-11-23T12:00", NEW_YORK)),
    ).toBeNull();
    const early = { from: "06:00", to: "07:30" };
    expect(
      known(GEORGIA, {}, { weekdays: early, saturday: early, sunday: early }).firstOpen(
        at("2026-11-23T12:00", NEW_YORK),
      ),
    ).toBeNull();
  });

  test("are named where they are what is against it", () => {
    const moment = at("2026-11-23T22:14", NEW_YORK);
    const [first, second] = known(FLORIDA).closedAt(moment);
    expect(first && sayClosed(moment, first)).toBe(
      "it is 22:14 in New York, and your own hours allow 08:00 to 21:00 that day",
    );
    expect(second && sayClosed(moment, second)).toBe(
      "it is 22:14 in New York, and the rule for United States allows 08:00 to 21:00 that day",
    );
  });
});

describe("for any number, place and moment", () => {
  const phones = fc.oneof(
    fc.integer({ min: 200, max: 999 }).map((code) => `+1${code}5550123`),
    fc.constantFrom(
      "+33612345678",
      "+919876543210",
      "+447400123456",
      "+61412345678",
      "+79161234567",
      "+5511912345678",
      "+14375550101",
    ),
  );
  const hints = fc.record(
    {
      state: fc.constantFrom("FL", "TX", "ME", "RI", "AL", "CA", "HI", "nowhere"),
      zip: fc.constantFrom("33139", "99501", "04101", "00000", "x"),
      timeZone: fc.constantFrom("America/Chicago", "Asia/Kathmandu", "Australia/Lord_Howe", "nope"),
      country: fc.constantFrom("US", "FR", "IN", "GB", "nope"),
    },
    { requiredKeys: [] },
  );
  const moments = fc.date({ min: new Date("2025-01-01"), max: new Date("2029-12-31"), noInvalidDate: true });
  const hourOf = fc.integer({ min: 0, max: 23 });
  const hours = fc.option(
    fc
      .tuple(hourOf, hourOf)
      .filter(([from, to]) => from < to)
      .map(([from, to]) => ({ from: `${String(from).padStart(2, "0")}:00`, to: `${String(to).padStart(2, "0")}:30` })),
  );
  const houses = fc.record({ weekdays: hours, saturday: hours, sunday: hours });

  test("what is held leaves at a moment that every rule allows, and at no later one than the first", () => {
    fc.assert(
      fc.property(phones, hints, houses, moments, (phone, where, own, moment) => {
        const quiet = quietHoursFor(phone, where, own);
        if (!quiet.known) return;
        const first = quiet.firstOpen(moment);
        if (!first) return;
        expect(first.getTime()).toBeGreaterThanOrEqual(moment.getTime());
        expect(quiet.closedAt(first)).toEqual([]);
        if (first > moment) expect(quiet.closedAt(new Date(first.getTime() - 1))).not.toEqual([]);
        expect(quiet.closedAt(moment).length === 0).toBe(first.getTime() === moment.getTime());
      }),
      { numRuns: 500 },
    );
  });

  test("nothing is allowed in the union of all quiet hours, as Intl's clocks show them", () => {
    fc.assert(
      fc.property(phones, hints, moments, (phone, where, moment) => {
        const quiet = quietHoursFor(phone, where, house);
        const found = whereaboutsOf(phone, where);
        expect(quiet.known).toBe(found !== null);
        if (!quiet.known || !found) return;
        if (quiet.closedAt(moment).length > 0) return;
        for (const zone of found.zones) {
          const clock = new Intl.DateTimeFormat("en-GB", {
            timeZone: zone,
            hour: "2-digit",
            minute: "2-digit",
            weekday: "short",
            hourCycle: "h23",
          });
          const parts = new Map(clock.formatToParts(moment).map((part) => [part.type, part.value]));
          const time = `${parts.get("hour")}:${parts.get("minute")}`;
          expect(time >= "08:00" && time < "21:00", `${phone} ${zone} ${time}`).toBe(true);
          if (found.places.includes("US-FL")) expect(time < "20:00").toBe(true);
          if (found.places.includes("US-AL")) expect(parts.get("weekday")).not.toBe("Sun");
          const isTexan = found.places.includes("US-TX") && moment >= new Date("2025-09-02"); // its law is of the day before
          if (isTexan && parts.get("weekday") === "Sun") expect(time >= "12:00").toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("the data", () => {
  test("every law says where it comes from, when it was read, and for which days", () => {
    for (const law of LAWS) {
      expect(law.source, law.id).toMatch(/^https:\/\//);
      expect(law.checkedAt, law.id).toMatch(/^\d{4}-\d\d-\d\d$/);
      for (const day of [law.weekdays, law.saturday, law.sunday])
        if (day) expect(day.from < day.to && /^\d\d:\d\d \d\d:\d\d$/.test(`${day.from} ${day.to}`), law.id).toBe(true);
    }
    expect(new Set(LAWS.map((law) => law.id)).size).toBe(LAWS.length);
  });

  test("no law of a state is looser than the federal one", () => {
    for (const law of LAWS.filter((each) => each.jurisdiction.startsWith("US-")))
      for (const day of [law.weekdays, law.saturday, law.sunday])
        if (day) expect(day.from >= "08:00" && day.to <= "21:00", law.id).toBe(true);
  });

  test("every area code's zones are real, and every state has some", () => {
    for (let code = 200; code <= 999; code++)
      for (const zone of areaOf(String(code))?.zones ?? []) expect(closedAt(new Date(0), [], [zone])).toEqual([]);
    for (const law of LAWS.filter((each) => each.jurisdiction.startsWith("US-")))
      expect(whereaboutsOf("+18005550101", { state: law.jurisdiction.slice(3) })?.zones.length, law.id).toBeGreaterThan(
        0,
      );
  });
});
