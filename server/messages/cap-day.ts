/** The day by which a sender's daily cap is counted: carriers reset it at midnight Pacific time (T-Mobile, for each brand). */

const DAY = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Los_Angeles", dateStyle: "short" });
const HOUR_MS = 60 * 60 * 1000;

export interface CapDay {
  /** Such as 2026-11-21. */
  day: string;
  /** When the next one begins. */
  resetsAt: Date;
}

export function capDayOf(now: Date): CapDay {
  const day = DAY.format(now);
  // Pacific midnight is a full hour of UTC, in summer and winter.
  let hour = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS + HOUR_MS;
  while (DAY.format(hour) === day) hour += HOUR_MS;
  return { day, resetsAt: new Date(hour) };
}
