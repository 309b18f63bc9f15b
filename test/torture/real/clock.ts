/**
 * Real time that can be made to leap, as it does for a machine that was asleep. Everything takes as long as it takes; but
 * where nothing moves and the house only waits for a minute to pass, the minute is skipped in all processes at once.
 */
export interface LeapingClock {
  now(): Date;
  /** Resolves after `ms` or as soon as `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  leap(ms: number): void;
  /** How far it is ahead of the machine's clock, in ms. */
  ahead(): number;
}

/** Node's timers overflow at 2^31 ms. */
const LONGEST_TIMER_MS = 2 ** 30;

/** @param start how far it is ahead at first, in ms */
export function leapingClock(start = 0): LeapingClock {
  let ahead = start;
  const sleepers = new Set<{ at: number; look(): void }>();
  const now = () => Date.now() + ahead;
  return {
    now: () => new Date(now()),
    ahead: () => ahead,
    sleep(ms, signal) {
      if (ms <= 0 || signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        let timer: NodeJS.Timeout | undefined;
        const wake = () => {
          clearTimeout(timer);
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = {
          at: now() + ms,
          look() {
            clearTimeout(timer);
            const left = sleeper.at - now();
            if (left <= 0) wake();
            else timer = setTimeout(sleeper.look, Math.min(left, LONGEST_TIMER_MS));
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake, { once: true });
        sleeper.look();
      });
    },
    leap(ms) {
      ahead += ms;
      for (const { look } of [...sleepers].sort((a, b) => a.at - b.at)) look();
    },
  };
}
