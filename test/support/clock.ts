/** Time that a test owns: it stands still until it is advanced, and sleepers wake in their order. */

export interface TestClock {
  now(): Date;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  advance(ms: number): void;
}

export function testClock(start = new Date("2026-06-01T16:00:00.000Z")): TestClock {
  let now = start.getTime();
  const sleepers = new Set<{ at: number; wake: () => void }>();
  return {
    now: () => new Date(now),
    sleep(ms, signal) {
      if (signal?.aborted || ms <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const sleeper = {
          at: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake, { once: true });
      });
    },
    advance(ms) {
      now += ms;
      for (const sleeper of [...sleepers].sort((a, b) => a.at - b.at)) if (sleeper.at <= now) sleeper.wake();
    },
  };
}
