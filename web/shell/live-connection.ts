/** Keeps the cache true while a page is open, and tells whether the line stands. */
import { useSyncExternalStore } from "react";
import { createApplier } from "../api/apply.ts";
import { type LiveState, startLive } from "../api/live.ts";
import type { DeskApi } from "./desk-api.ts";

let state: LiveState = "connecting";
let wasLive = false;
const listeners = new Set<() => void>();
const whenLive = new Set<() => void>();
let opened: Promise<void> | null = null;

/** Half a frame: a task of the frame's own end, such as its picture on the screen, comes before it. */
const AFTER_A_FRAME_MS = 8;
/** What a burst brought is asked for when the next frame is on the screen: what came with the events themselves is drawn first. */
const breath = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.hidden) setTimeout(resolve, 50);
    else requestAnimationFrame(() => setTimeout(resolve, AFTER_A_FRAME_MS));
  });

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What is fetched before the stream stands may be old: wait for it, but not for long. */
const PATIENCE_MS = 1500;

/** Starts the one stream; answers when what is fetched from now on is kept true. */
export function keepLive(api: DeskApi): Promise<void> {
  opened ??= start(api);
  return opened;
}

async function start({ client, cache }: DeskApi): Promise<void> {
  const { apply } = createApplier(client, cache, breath);
  const live = startLive({
    client,
    apply,
    lookAgain: () => void cache.invalidateQueries(),
    sleep: pause,
    changed(next) {
      state = next;
      wasLive ||= next === "live";
      for (const listener of listeners) listener();
      if (next === "live") for (const act of whenLive) act();
    },
  });
  addEventListener("offline", live.cut);
  addEventListener("online", live.wake);
  document.addEventListener("visibilitychange", () => !document.hidden && live.wake());
  const late = await Promise.race([
    live.opened.then(() => false),
    new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE_MS, true)),
  ]);
  if (late) void live.opened.then(() => cache.invalidateQueries());
}

/** Acts each time that the line stands again, before the first event comes by it. */
export const onLine = (act: () => void): void => void whenLive.add(act);

/** "waiting" only where the line stood before and fell, or could not be had at all. */
export function useLine(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => (state === "connecting" && wasLive ? "waiting" : state),
  );
}
