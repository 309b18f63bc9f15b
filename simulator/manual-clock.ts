import { onAbort } from "./aborts.ts";
import type { SimulatorClock } from "./clock.ts";

export type ManualClock = SimulatorClock & {
  /** Moves time forward by `ms`, waking each sleeper at its own moment, in order. */
  advance(ms: number): Promise<void>;
};

type Sleeper = { atMs: number; wake: () => void };

/** A clock that stands still until a test advances it. */
export function manualClock(start: Date = new Date("2026-11-20T15:00:00Z")): ManualClock {
  let nowMs = start.getTime();
  const sleepers = new Set<Sleeper>();
  // Lets everything that the last wake-up started run up to its next sleep or its next wait for the network.
  const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => new Date(nowMs),
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        const sleeper: Sleeper = {
          atMs: nowMs + ms,
          wake() {
            sleepers.delete(sleeper);
            stopListening?.();
            resolve();
          },
        };
        sleepers.add(sleeper);
        const stopListening =
          signal &&
          onAbort(signal, () => {
            sleepers.delete(sleeper);
            reject(signal.reason);
          });
      });
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        await breathe();
        let next: Sleeper | undefined;
        for (const sleeper of sleepers) {
          if (sleeper.atMs <= untilMs && (next === undefined || sleeper.atMs < next.atMs)) next = sleeper;
        }
        if (next === undefined) break;
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
      }
      nowMs = untilMs;
    },
  };
}
