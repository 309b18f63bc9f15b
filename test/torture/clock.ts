/** Time that the schedule owns, and of which it is known when the next sleeper wakes. */

export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when it aborts first, as the simulator's clock does. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Milliseconds to the next waking; null: nobody sleeps. */
  next(): number | null;
  advance(ms: number): void;
}

export function createClock(start: Date): Clock {
  let now = start.getTime();
  let sleepers: Array<{ at: number; wake: () => void }> = [];
  return {
    now: () => new Date(now),
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (ms <= 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const leave = () => {
          sleepers = sleepers.filter((each) => each !== sleeper);
          signal?.removeEventListener("abort", abort);
        };
        const abort = () => {
          leave();
          reject(signal?.reason);
        };
        const sleeper = {
          at: now + ms,
          wake() {
            leave();
            resolve();
          },
        };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", abort, { once: true });
      });
    },
    next: () => (sleepers.length === 0 ? null : Math.max(0, Math.min(...sleepers.map(({ at }) => at)) - now)),
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const [first] = sleepers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (!first) break;
        now = Math.max(now, first.at);
        first.wake();
      }
      now = until;
    },
  };
}
