/** The world outside reason: time, chance and ids. Injected everywhere, so that tests and fault campaigns own it. */
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Id, IdPrefix } from "../../contract/ids.ts";

export interface World {
  now(): Date;
  /** Resolves after `ms` or as soon as `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  bytes(count: number): Buffer;
  /** A number in [0, 1). */
  chance(): number;
  id<P extends IdPrefix>(prefix: P): Id<P>;
}

/**
 * Makes UUIDv7 bodies (RFC 9562, 5.7) that only grow within a process: 48 bits of milliseconds, then a counter in the
 * 12 bits of `rand_a` for those of the same millisecond, then 62 random bits.
 */
export function idMaker(now: () => Date, bytes: (count: number) => Buffer) {
  let lastMs = 0;
  let counter = 0;
  return <P extends IdPrefix>(prefix: P): Id<P> => {
    const ms = Math.max(now().getTime(), lastMs);
    counter = ms === lastMs ? counter + 1 : 0;
    lastMs = counter > 0xfff ? ms + 1 : ms;
    if (counter > 0xfff) counter = 0;
    const tail = bytes(8);
    tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80;
    const head = lastMs.toString(16).padStart(12, "0");
    return `${prefix}_${head}7${counter.toString(16).padStart(3, "0")}${tail.toString("hex")}`;
  };
}

/** When an id was made. */
export const bornAt = (id: string): Date => new Date(Number.parseInt(id.slice(id.indexOf("_") + 1).slice(0, 12), 16));

/** An id as it would have been made then: what sorts by its ids comes where it belongs. */
export function backdated<P extends IdPrefix>(id: Id<P>, at: Date): Id<P> {
  const from = id.indexOf("_") + 1;
  return `${id.slice(0, from)}${at.getTime().toString(16).padStart(12, "0")}${id.slice(from + 12)}` as Id<P>;
}

export function realWorld(): World {
  const now = () => new Date();
  return {
    now,
    sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}).catch(() => {}),
    bytes: randomBytes,
    chance: Math.random,
    id: idMaker(now, randomBytes),
  };
}
