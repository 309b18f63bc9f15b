/** A sender's pace, kept by what has really left: a slot is a plan, and a busy process may be late for one. */
import type { World } from "../platform/world.ts";

/** A second, and a moment for the way to the provider, which is not always as long. */
const WINDOW_MS = 1005;

export interface Departures {
  /** Resolves when a message of so many segments may leave, in the order of the asking: no second sees more than `mps`. */
  wait(segments: number, mps: number): Promise<void>;
}

/** The departures of one sender, in this process; between processes the slots alone keep the pace. */
export function createDepartures(world: World): Departures {
  const left: Array<{ at: number; segments: number }> = [];
  let total = 0;
  let line = Promise.resolve();

  async function depart(segments: number, mps: number): Promise<void> {
    for (;;) {
      const now = world.now().getTime();
      // What has left only in the future did so before the clock was put back.
      while (left[0] && (left[0].at <= now - WINDOW_MS || left[0].at > now)) total -= left.shift()?.segments ?? 0;
      const [oldest] = left;
      if (!oldest || total + segments <= Math.ceil(mps)) {
        left.push({ at: now, segments });
        total += segments;
        return;
      }
      await world.sleep(oldest.at + WINDOW_MS - now);
    }
  }

  return {
    wait(segments, mps) {
      line = line.then(() => depart(segments, mps));
      return line;
    },
  };
}
