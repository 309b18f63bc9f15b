/** A lane: a loop that does what is due and then sleeps until the next thing is, or until it is woken. */
import type { Log } from "./log.ts";
import type { World } from "./world.ts";

export interface Lane {
  /** Look again now. */
  wake(): void;
  /** Finishes the step under way and stops. */
  stop(): Promise<void>;
}

/**
 * @param step does what is due and answers when to look again: a time, "now" for at once, or null for `idleMs` from now
 * @param idleMs how long to sleep where nothing is known to be due: the safety net under lost news
 */
export function startLane(
  name: string,
  {
    world,
    log,
    idleMs,
    step,
  }: {
    world: World;
    log: Log;
    idleMs: number;
    step: (signal: AbortSignal) => Promise<Date | "now" | null>;
  },
): Lane {
  const stopping = new AbortController();
  let nap = new AbortController();
  let woken = false;
  let failures = 0;

  const run = async () => {
    while (!stopping.signal.aborted) {
      woken = false;
      let next: Date | "now" | null;
      try {
        next = await step(stopping.signal);
        failures = 0;
      } catch (error) {
        // A lane outlives any fault of its parts; what it left undone is claimed again.
        failures++;
        log.error({ error, lane: name, failures }, "a lane's step failed");
        next = new Date(world.now().getTime() + Math.min(100 * 2 ** failures, 5000) * (0.5 + world.chance() / 2));
      }
      if (next === "now" || woken || stopping.signal.aborted) continue;
      const ms = next ? Math.min(next.getTime() - world.now().getTime(), idleMs) : idleMs;
      if (ms <= 0) continue;
      nap = new AbortController();
      await world.sleep(ms, nap.signal);
    }
  };
  const running = run();

  return {
    wake() {
      woken = true;
      nap.abort();
    },
    async stop() {
      stopping.abort();
      nap.abort();
      await running;
    },
  };
}
