/** Who waits for a turn, and what has come to its end and is not told yet. Nothing here knows what a turn is for. */
import type pg from "pg";

/** Something that waits for its turn. */
export interface Waiting {
  /** What it is, without what changes from run to run. */
  label: string;
  /** A statement of the house, a request of the house to the provider, or a request to the house. */
  kind: "sql" | "outgoing" | "incoming";
  /** @param fatal the house dies when the statement has been carried out, before it hears the result */
  go(fatal?: boolean): void;
}

/** A turn that is asked for; `client` is whose statement it is. */
export interface Turn extends Waiting {
  client: pg.Client | null;
}

export interface Turnstile {
  /** In the order of their coming. */
  queue(): readonly Turn[];
  /** Resolves when it is let through, with whether it is fatal. */
  park(label: string, kind: Waiting["kind"], client?: pg.Client | null): Promise<boolean>;
  /** Sends away whoever waits and is not wanted: they wait for ever. */
  keep(wanted: (turn: Turn) => boolean): void;
  /** Gives a place among what was begun. */
  begin(): number;
  /**
   * Resolves when everything in motion has come to its end too, one after the other in the order of their places: which of
   * two answers comes first would be a matter of luck.
   */
  comesToItsEnd(place: number): Promise<void>;
  /** Tells the first of what has ended; answers whether there was one. */
  tellOne(): boolean;
  forgetEnds(): void;
  /** Something happened: whoever looks whether all is quiet begins anew. */
  stir(): void;
  /** How often something happened. */
  stirred(): number;
  /** Resolves when something happens. */
  next(): Promise<void>;
}

export function createTurnstile(): Turnstile {
  let queue: Turn[] = [];
  const ends = new Map<number, () => void>();
  let places = 0;
  let stirred = 0;
  let next = Promise.withResolvers<void>();
  const stir = () => {
    stirred++;
    next.resolve();
    next = Promise.withResolvers();
  };
  return {
    queue: () => queue,
    park: (label, kind, client = null) =>
      new Promise((resolve) => {
        stir();
        const turn: Turn = {
          ...{ label, kind, client },
          go(fatal = false) {
            queue = queue.filter((each) => each !== turn);
            stir();
            resolve(fatal);
          },
        };
        queue.push(turn);
      }),
    keep(wanted) {
      queue = queue.filter(wanted);
    },
    begin: () => places++,
    comesToItsEnd: (place) =>
      new Promise((resolve) => {
        stir();
        ends.set(place, resolve);
      }),
    tellOne() {
      const first = Math.min(...ends.keys());
      const tell = ends.get(first);
      ends.delete(first);
      tell?.();
      return tell !== undefined;
    },
    forgetEnds: () => ends.clear(),
    stir,
    stirred: () => stirred,
    next: () => next.promise,
  };
}
