/** When: the moments that people mean by "tomorrow morning", by the clocks of a time zone. */
import { momentOf, wallIn } from "../shell/zones.ts";

export interface Moment {
  name: string;
  at: Date;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/** From the next one on: in an hour, this afternoon and evening where they are still ahead, tomorrow, Monday, in a week. */
export function momentsFrom(now: Date, zone: string): Moment[] {
  const wall = wallIn(zone, now);
  const today = wall.slice(0, 10);
  const hour = Number(wall.slice(11, 13));
  const noon = Date.parse(`${today}T12:00Z`);
  const dayIn = (days: number) => new Date(noon + days * DAY_MS).toISOString().slice(0, 10);
  const on = (days: number, time: string) => momentOf(zone, `${dayIn(days)}T${time}`);
  const weekday = new Date(noon).getUTCDay();
  const toMonday = (8 - weekday) % 7 || 7;

  const moments: Moment[] = [{ name: "In an hour", at: toTheMinute(now.getTime() + HOUR_MS) }];
  if (hour < 12) moments.push({ name: "This afternoon", at: on(0, "14:00") });
  if (hour < 16) moments.push({ name: "This evening", at: on(0, "18:00") });
  moments.push({ name: "Tomorrow morning", at: on(1, "09:00") }, { name: "Tomorrow afternoon", at: on(1, "14:00") });
  if (toMonday > 1) moments.push({ name: "Monday morning", at: on(toMonday, "09:00") });
  moments.push({ name: "In a week", at: on(7, "09:00") });
  return moments;
}

/** As the clocks show it. */
const toTheMinute = (ms: number): Date => new Date(Math.round(ms / 60_000) * 60_000);
