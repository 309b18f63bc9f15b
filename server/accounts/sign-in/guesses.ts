/**
 * How often somebody may guess a password or a code. Counted in the database, so that all processes share it and none
 * forgets it. Who guesses at one place shuts out that place only: a place where somebody got it right before stays open to
 * them, whatever happens elsewhere.
 */
import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import type { Ground } from "../../platform/db/handles.ts";
import { Refusal } from "../../platform/errors.ts";
import { countTry, forgetTries, lastRightAt, takeBackTry } from "./store.ts";

export interface Guess {
  at: "password" | "code";
  /** An email for a password, a user's id for a code. */
  whose: string;
  address: string;
}

const MINUTE_MS = 60_000;
const KNOWN_MS = 90 * 24 * 60 * MINUTE_MS;

/** Tries in a window: at one person's from one address, from one address at anybody's, at one person's from anywhere. */
const LIMITS = {
  password: {
    here: { tries: 5, ms: 15 * MINUTE_MS },
    from: { tries: 50, ms: 15 * MINUTE_MS },
    anywhere: { tries: 100, ms: 60 * MINUTE_MS },
  },
  // A code has six digits, and three are right at any moment: 20 an hour is one hit in two years or so.
  code: {
    here: { tries: 5, ms: 15 * MINUTE_MS },
    from: { tries: 50, ms: 15 * MINUTE_MS },
    anywhere: { tries: 20, ms: 60 * MINUTE_MS },
  },
} as const;

/** The part of an address that one customer of a network provider has: all of IPv4, the first 64 bits of IPv6. */
export function networkOf(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!isIPv6(bare)) return bare;
  const [head = "", tail] = bare.split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = tail === undefined ? [] : Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...(tail ?? [])].slice(0, 4).join(":");
}

function keysOf({ at, whose, address }: Guess) {
  const key = (...parts: string[]) =>
    createHash("sha256")
      .update([at, ...parts].join("\n"))
      .digest("base64url");
  const network = networkOf(address);
  return { here: key("here", whose, network), from: key("from", network), anywhere: key("anywhere", whose) };
}

/** Counts a try before it is made, so that many at once can't slip by. Refuses one too many, with when to come back. */
export async function takeGuess(ground: Ground, guess: Guess): Promise<void> {
  const keys = keysOf(guess);
  const limits = LIMITS[guess.at];
  const count = async (which: keyof typeof keys) => {
    const { tries, ms } = limits[which];
    const counted = await countTry(ground, keys[which], ms);
    if (counted.tries > tries) throw tooMany(guess.at, new Date(counted.since.getTime() + ms), ground.now);
  };
  const rightAt = await lastRightAt(ground, keys.here);
  await count("here");
  if (rightAt !== null && ground.now.getTime() - rightAt.getTime() < KNOWN_MS) return;
  await count("from");
  await count("anywhere");
}

/** It was right: what was counted before at this place is forgotten. */
export async function wasRight(ground: Ground, guess: Guess): Promise<void> {
  const { here, from, anywhere } = keysOf(guess);
  await forgetTries(ground, here);
  await takeBackTry(ground, [from, anywhere]);
}

function tooMany(at: Guess["at"], retryAt: Date, now: Date): Refusal {
  const seconds = Math.max(1, Math.ceil((retryAt.getTime() - now.getTime()) / 1000));
  const minutes = Math.ceil(seconds / 60);
  const detail = `Too many wrong ${at}s. Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`;
  return new Refusal(429, "too_many_guesses", detail, { retryAt: retryAt.toISOString(), retryAfterSeconds: seconds });
}
