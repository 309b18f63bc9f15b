/**
 * Holds what is typed into one thing until the server has it, for as long as the page lives: also when the form is closed,
 * and when the line is down. A save says the whole, so that the last one to come in stands; they go one after the other.
 */
import { isUndecided } from "../api/problems.ts";
import { onLine } from "./live-connection.ts";

/** Typing rests. */
const REST_MS = 700;
const RETRY_MS = 15_000;

export interface Typed<T> {
  state: "rest" | "typing" | "saving" | "saved" | "failed";
  /** What kept it from being kept, where it failed. */
  problem: unknown;
  /** The newest words, to be shown in place of what was fetched; null: nothing was typed since the form was opened. */
  typed: T | null;
}

export interface Keeper<T> {
  /** Hears of each change until it says that it has seen enough: then the form is closed. */
  watch(listener: () => void): () => void;
  now(): Typed<T>;
  /** @param edit is given the newest words; null: what was fetched stands */
  type(edit: (typed: T | null) => T): void;
  /** Resolves when everything typed is kept. @throws what kept it from that */
  save(): Promise<void>;
}

const REST = { state: "rest", problem: null, typed: null } as const;

/**
 * @param keep has the server keep it; `outlives`: whether the page may be gone before the answer comes
 * @param refused hears of a no that trying again can't mend, where no form is open that shows it
 */
export function createKeeper<T extends object>(
  keep: (value: T, outlives: boolean) => Promise<void>,
  refused: (problem: unknown) => void,
): Keeper<T> {
  let now: Typed<T> = REST;
  /** The newest words that the server is known to have. */
  let kept: T | null = null;
  let timer = 0;
  let running: Promise<void> | null = null;
  /** What overtook a save, because the page was hidden. It is said once more: it may have come in before what it overtook. */
  let ahead: Promise<void> | null = null;
  const watchers = new Set<() => void>();

  function set(change: Partial<Typed<T>>): void {
    now = { ...now, ...change };
    for (const changed of watchers) changed();
  }
  function unsaved(): T | null {
    return now.typed === kept ? null : now.typed;
  }
  /** What is saved and looked at by nobody is the server's: it may be changed elsewhere until somebody comes back. */
  function letGo(): void {
    if (watchers.size > 0 || unsaved()) return;
    now = REST;
    kept = null;
  }
  async function keepAll(outlives: boolean): Promise<void> {
    window.clearTimeout(timer);
    try {
      for (;;) {
        while (ahead) await ahead; // it must not come in after what is said now
        const value = unsaved();
        if (!value) break;
        if (now.state === "typing") set({ state: "saving" });
        await keep(value, outlives);
        kept = value;
      }
      set({ state: "saved", problem: null });
    } catch (problem) {
      set({ state: "failed", problem });
      if (isUndecided(problem)) saveIn(RETRY_MS);
      else if (watchers.size === 0) refused(problem);
      throw problem;
    }
  }
  function begin(outlives: boolean): Promise<void> {
    running ??= keepAll(outlives).finally(() => {
      running = null;
      letGo();
    });
    return running;
  }
  /** What went wrong is shown, and tried again where that may help. */
  function quietly(outlives = false): void {
    if (unsaved()) begin(outlives).catch(() => {});
  }
  function saveIn(ms: number): void {
    window.clearTimeout(timer);
    timer = window.setTimeout(quietly, ms);
  }
  /** The page may be closed now. A save that runs may be cut off with it, and nothing that waits for it would be sent. */
  function hide(): void {
    const value = unsaved();
    if (document.visibilityState !== "hidden" || !value) return;
    if (!running && !ahead) {
      quietly(true);
      return;
    }
    const both = Promise.allSettled([ahead, keep(value, true)]).then(() => {
      if (ahead === both) ahead = null;
    });
    ahead = both;
  }
  const again = () => now.state === "failed" && isUndecided(now.problem) && quietly();
  document.addEventListener("visibilitychange", hide);
  window.addEventListener("online", again);
  // What could not be saved is lost with the page: whoever closes it is asked first.
  window.addEventListener("beforeunload", (event) => {
    if (now.state === "failed" && unsaved()) event.preventDefault();
  });
  onLine(again);

  return {
    watch(listener) {
      watchers.add(listener);
      return () => {
        watchers.delete(listener);
        if (watchers.size === 0 && now.state === "typing") quietly();
        letGo();
      };
    },
    now: () => now,
    type(edit) {
      set({ state: "typing", typed: edit(now.typed) });
      saveIn(REST_MS);
    },
    async save() {
      if (!unsaved()) return;
      set({ state: "saving" });
      await begin(false);
    },
  };
}
