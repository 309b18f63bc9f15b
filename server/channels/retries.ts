/** How what is done step by step at a provider is tried again, and how long a lost answer keeps the next step waiting. */

/** Somebody else has it: another process, or a person who changed their mind. */
export class TakenOver extends Error {}

/** So long after a lost answer what was asked for has happened, or will not (as with messages, architecture 5). */
export const SETTLES_MS = 60_000;
/** No wait between two tries is longer, and what can't be done without somebody's help is looked at so often. */
export const LONGEST_MS = 15 * 60_000;
const AGAIN_MS = 15_000;

/** @property askedAt when the provider was asked to make or release something, whose answer is not known yet */
interface Asked {
  askedAt: Date | null;
  tries: number;
}

/** Whether what was asked for may still be about to happen; then nothing is concluded from its absence. */
export const inTheAirAt = (now: Date, { askedAt }: Pick<Asked, "askedAt">): boolean =>
  askedAt !== null && now.getTime() < askedAt.getTime() + SETTLES_MS;

/** When a step is tried again: once what is in the air has come down, and otherwise later each time. */
export function againAt(now: Date, { askedAt, tries }: Asked): Date {
  if (askedAt && inTheAirAt(now, { askedAt })) return new Date(askedAt.getTime() + SETTLES_MS);
  return new Date(now.getTime() + Math.min(AGAIN_MS * 2 ** Math.min(tries, 6), LONGEST_MS));
}
