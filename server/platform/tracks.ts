/** Tracks: work that is told apart by a key, such as a provider account. One that hangs holds up nobody else. */
import { few } from "./few.ts";
import type { Lane } from "./lanes.ts";

export interface Tracks {
  /** The keys that have work under way, or waiting for a place. */
  busy(): string[];
  /** Starts work unless its key has some already; then false. */
  start(key: string, work: () => Promise<void>): boolean;
  /** Resolves when nothing is under way. */
  done(): Promise<void>;
}

/**
 * @param atOnce how many keys are worked on at the same time; the others wait in the order in which they came
 * @param ended told when a key is free again, with what its work threw
 */
export function tracks(atOnce: number, ended: (error: unknown) => void): Tracks {
  const running = new Map<string, Promise<void>>();
  const place = few(atOnce);
  return {
    busy: () => [...running.keys()],
    start(key, work) {
      if (running.has(key)) return false;
      const piece = place(work).then(
        () => undefined,
        (error: unknown) => error,
      );
      running.set(
        key,
        piece.then((error) => {
          running.delete(key);
          ended(error);
        }),
      );
      return true;
    },
    async done() {
      await Promise.all(running.values());
    },
  };
}

/**
 * A lane whose steps start work on tracks: its end is theirs.
 * @param unhear stops what would wake it, before it ends
 */
export const withTracks = (lane: Lane, own: Tracks, unhear: ReadonlyArray<() => void> = []): Lane => ({
  wake: lane.wake,
  async stop() {
    for (const stop of unhear) stop();
    await lane.stop();
    await own.done();
  },
});
