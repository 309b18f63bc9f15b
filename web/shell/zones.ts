/** Time by other people's clocks. A wall time reads "2026-11-21T09:00", as a datetime-local field has it. */

const DAY_MS = 24 * 60 * 60 * 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  formats.set(zone, format);
  return format;
}

/** What the clocks of a time zone show at a moment. */
export const wallIn = (zone: string, at: Date): string => formatIn(zone).format(at).replace(" ", "T");

/**
 * The moment at which they show this; the first one, where an hour comes twice in autumn. An hour that is skipped in spring
 * counts as the one after it.
 */
export function momentOf(zone: string, wall: string): Date {
  const wanted = Date.parse(`${wall}Z`);
  const aheadAt = (ms: number) => Date.parse(`${wallIn(zone, new Date(ms))}Z`) - ms;
  // No clocks are changed twice within two days.
  const asBefore = new Date(wanted - aheadAt(wanted - DAY_MS));
  const asAfter = new Date(wanted - aheadAt(wanted + DAY_MS));
  return wallIn(zone, asBefore) !== wall && wallIn(zone, asAfter) === wall ? asAfter : asBefore;
}

export function isZone(name: unknown): name is string {
  if (typeof name !== "string" || name === "") return false;
  try {
    formatIn(name);
    return true;
  } catch {
    return false;
  }
}

export const here = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** "New York" of "America/New_York". */
export const placeOf = (zone: string): string => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

/** "Tue 24 Nov, 09:00" by the clocks of a time zone; with the year, where it is another one. */
export const sayIn = (zone: string, at: Date): string =>
  new Intl.DateTimeFormat(undefined, {
    ...(wallIn(zone, at).slice(0, 4) === wallIn(zone, new Date()).slice(0, 4) ? {} : { year: "numeric" }),
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);

const NEARBY = new Map([
  [-1, "yesterday"],
  [0, "today"],
  [1, "tomorrow"],
]);

/** Whether these clocks show the same as the browser's. */
export const isOurTime = (zone: string, at: Date): boolean => wallIn(zone, at) === wallIn(here(), at);

/** "today at 17:25", "tomorrow at 09:00 (New York)", "Tue 24 Nov, 09:00": with the place, where our clocks show another time. */
export function sayAppointment(zone: string, at: Date): string {
  const midnight = (moment: Date) => Date.parse(`${wallIn(zone, moment).slice(0, 10)}T00:00Z`);
  const nearby = NEARBY.get((midnight(at) - midnight(new Date())) / DAY_MS);
  const time = new Intl.DateTimeFormat(undefined, { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  const when = nearby ? `${nearby} at ${time.format(at)}` : sayIn(zone, at);
  return isOurTime(zone, at) ? when : `${when} (${placeOf(zone)})`;
}
