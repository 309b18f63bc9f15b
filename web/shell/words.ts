/** Times, numbers and names, as people say them. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { Environment, MonthlyPrice } from "../../contract/channels.ts";

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

const DAY_MS = 24 * 60 * 60 * 1000;

const startOfDay = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** How many midnights lie between a moment and now. */
const daysAgo = (date: Date): number => Math.round((startOfDay(new Date()) - startOfDay(date)) / DAY_MS);

export const sayTime = (iso: string): string => time.format(new Date(iso));

export const sayFully = (iso: string): string => full.format(new Date(iso));

/** "Today", "Yesterday", "Monday", "12 Nov", "12 Nov 2025". */
export function sayDay(iso: string): string {
  const date = new Date(iso);
  const ago = daysAgo(date);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  if (ago > 1 && ago < 7) return weekday.format(date);
  return sayDate(iso);
}

/** "12 Nov", with the year where it is another one. */
export function sayDate(iso: string): string {
  const date = new Date(iso);
  return (date.getFullYear() === new Date().getFullYear() ? day : dayAndYear).format(date);
}

const plainDate = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });

/** A sentence of the server's, its dates ("2026-11-12") as people say them. */
export const sayDates = (sentence: string): string =>
  sentence.replace(/\b\d{4}-\d\d-\d\d\b/g, (date) =>
    Number.isNaN(Date.parse(date)) ? date : plainDate.format(new Date(date)),
  );

/** For a list: the time today, the day before that. */
export function sayWhen(iso: string): string {
  const date = new Date(iso);
  return daysAgo(date) === 0 ? sayTime(iso) : sayDay(iso);
}

/** "12 Nov, 16:02". */
export const sayMoment = (iso: string): string => `${sayDay(iso)}, ${sayTime(iso)}`;

/** The same as it stands within a sentence: "today, 16:02". */
export const sayMomentWithin = (iso: string): string =>
  sayMoment(iso).replace(/^(Today|Yesterday)/, (day) => day.toLowerCase());

export const sameDay = (one: string, other: string): boolean =>
  startOfDay(new Date(one)) === startOfDay(new Date(other));

/** "+1 415 555 0142". */
export function sayPhone(phone: string): string {
  return parsePhoneNumberFromString(phone)?.formatInternational() ?? phone;
}

export const ENVIRONMENT_NAMES: Record<Environment, string> = {
  sandbox: "Sandbox",
  "pre-release": "Pre-release",
  live: "Live",
};

/** "$1.15 a month". */
export const sayMonthly = ({ amount, currency }: MonthlyPrice): string =>
  `${new Intl.NumberFormat(undefined, { style: "currency", currency }).format(Number(amount))} a month`;

/** A person's name, or else their number. */
export const callThem = ({ name, phone }: { name: string | null; phone: string | null }): string =>
  name ?? (phone ? sayPhone(phone) : "Somebody without a name");

/** The name as it stands in a sentence; of somebody who is known by a number alone, the whole number. */
export const firstNameOf = (name: string | null): string =>
  name?.startsWith("+") ? name : (name?.trim().split(/\s+/)[0] ?? "They");

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
