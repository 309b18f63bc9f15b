import { onAbort } from "./aborts.ts";

/** Where the simulator's time comes from: every delay that a caller can observe (pace, callbacks, latency) sleeps on it. */
export type SimulatorClock = {
  now(): Date;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

export const realClock: SimulatorClock = {
  now: () => new Date(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stopListening?.();
        resolve();
      }, ms);
      const stopListening =
        signal &&
        onAbort(signal, () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
    });
  },
};

/** Node's timers overflow at 2^31 ms; a message may be scheduled 35 days ahead. */
const LONGEST_TIMER_MS = 2 ** 30;

/** Waits until the given moment of this clock; a moment already past is waited for not at all. */
export async function sleepUntil(clock: SimulatorClock, atMs: number, signal: AbortSignal): Promise<void> {
  for (let ms = atMs - clock.now().getTime(); ms > 0; ms = atMs - clock.now().getTime()) {
    await clock.sleep(Math.min(ms, LONGEST_TIMER_MS), signal);
  }
  signal.throwIfAborted();
}
