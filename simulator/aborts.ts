const listenersOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` when the signal aborts, at once if it has; answers how to stop listening. An EventTarget's own list is
 * walked at each removal, which thousands of sleeping messages would feel; this takes constant time.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => {};
  }
  let listeners = listenersOf.get(signal);
  if (listeners === undefined) {
    const all = new Set<() => void>();
    listeners = all;
    listenersOf.set(signal, all);
    signal.addEventListener("abort", () => {
      for (const each of all) each();
    });
  }
  const own = listeners;
  own.add(listener);
  return () => own.delete(listener);
}
