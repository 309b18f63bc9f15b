/** What a rule of quiet hours is: when promotional texts may reach someone, where, since when, and who says so. */

/** Wall-clock times at the recipient's, such as 08:00 to 21:00: from the first on, and not at the second. */
export interface Hours {
  from: string;
  to: string;
}

export interface QuietRule {
  /** Stable: messages that were held name it. */
  id: string;
  /** "*" for everybody, a country ("FR") or one of its states ("US-FL"). */
  jurisdiction: string;
  name: string;
  /** Null: nothing on such a day. */
  weekdays: Hours | null;
  saturday: Hours | null;
  sunday: Hours | null;
  /** Days of the place on which nothing may be sent. */
  holidays?: HolidayCalendar;
  /** At most so many promotional texts to one person, whichever of our numbers they come from. */
  cap?: { count: number; hours: number };
  /** The first day on which it holds; null: it held before its source was written. */
  from: string | null;
  source: string;
  /** When somebody last read the source. */
  checkedAt: string;
  /** What is not certain about it. A doubtful rule is obeyed. */
  note?: string;
}

export type HolidayCalendar = "us" | "us-al" | "us-la" | "us-ut" | "fr";

/** Every day from one time to another. */
export const daily = (from: string, to: string) => {
  const hours: Hours = { from, to };
  return { weekdays: hours, saturday: hours, sunday: hours };
};

/** The same, but not on Sundays. */
export const neverOnSundays = (from: string, to: string) => ({ ...daily(from, to), sunday: null });
