/** The days of the year on which some places let nothing promotional be sent. */
import type { HolidayCalendar } from "./rule.ts";

type Day = Temporal.PlainDate;

const on = (year: number, month: number, day: number): Day => Temporal.PlainDate.from({ year, month, day });

/** The first such weekday (1 is Monday) of a month, or a later one. */
function weekdayOf(year: number, month: number, weekday: number, nth: number): Day {
  const first = on(year, month, 1);
  return first.add({ days: ((weekday - first.dayOfWeek + 7) % 7) + 7 * (nth - 1) });
}

function lastMonday(year: number, month: number): Day {
  const last = on(year, month, 1).add({ months: 1 }).subtract({ days: 1 });
  return last.subtract({ days: last.dayOfWeek - 1 });
}

/** Easter Sunday in the Gregorian calendar (the anonymous algorithm in Meeus, Astronomical Algorithms). */
function easter(year: number): Day {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return on(year, Math.floor(n / 31), (n % 31) + 1);
}

/** A day that falls on a weekend is kept on the Friday before or the Monday after, too. */
const observed = (day: Day): Day[] =>
  day.dayOfWeek === 6 ? [day, day.subtract({ days: 1 })] : day.dayOfWeek === 7 ? [day, day.add({ days: 1 })] : [day];

/** 5 U.S.C. 6103. */
const federal = (year: number): Day[] => [
  ...[on(year, 1, 1), on(year, 6, 19), on(year, 7, 4), on(year, 11, 11), on(year, 12, 25)].flatMap(observed),
  // New Year's Day of the next year may be kept on the last day of this one.
  ...observed(on(year + 1, 1, 1)),
  ...[weekdayOf(year, 1, 1, 3), weekdayOf(year, 2, 1, 3), lastMonday(year, 5), weekdayOf(year, 9, 1, 1)],
  ...[weekdayOf(year, 10, 1, 2), weekdayOf(year, 11, 4, 4)],
];

const calendars: Record<HolidayCalendar, (year: number) => Day[]> = {
  us: federal,
  /** Ala. Code 1-3-8: Mardi Gras, Confederate Memorial Day, Jefferson Davis' birthday. */
  "us-al": (year) => [
    ...[...federal(year), easter(year).subtract({ days: 47 })],
    ...[weekdayOf(year, 4, 1, 4), weekdayOf(year, 6, 1, 1)],
  ],
  /** La. R.S. 1:55: Mardi Gras, Good Friday, All Saints' Day. */
  "us-la": (year) => [
    ...[...federal(year), easter(year).subtract({ days: 47 }), easter(year).subtract({ days: 2 })],
    on(year, 11, 1),
  ],
  /** Utah Code 63G-1-301: Pioneer Day. */
  "us-ut": (year) => [...federal(year), ...observed(on(year, 7, 24))],
  /** Code du travail L3133-1. */
  fr: (year) => [
    ...[on(year, 1, 1), on(year, 5, 1), on(year, 5, 8), on(year, 7, 14), on(year, 8, 15), on(year, 11, 1)],
    ...[on(year, 11, 11), on(year, 12, 25)],
    ...[1, 39, 50].map((days) => easter(year).add({ days })),
  ],
};

const known = new Map<string, ReadonlySet<string>>();

export function isHoliday(calendar: HolidayCalendar, day: Day): boolean {
  const key = `${calendar} ${day.year}`;
  let days = known.get(key);
  if (!days) {
    days = new Set(calendars[calendar](day.year).map(String));
    known.set(key, days);
  }
  return days.has(day.toString());
}
