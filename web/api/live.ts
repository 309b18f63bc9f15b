/**
 * One stream of events for the whole app, resumed from the last number seen: after sleep, a restart of the server or a cut
 * line nothing is missed and nothing comes twice.
 */
import type { LiveEvent } from "../../contract/events.ts";
import type { Client } from "./client.ts";
import { readStream } from "./stream.ts";

export type LiveState = "connecting" | "live" | "waiting";

export interface LiveParts {
  client: Client;
  /** Each event once, in order. */
  apply(event: LiveEvent): void;
  /** Something may have been missed: what is shown has to be fetched anew. */
  lookAgain(): void;
  changed(state: LiveState): void;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Live {
  /** Resolves when the stream is open for the first time: what is fetched from then on is kept up to date. */
  opened: Promise<void>;
  /** Tries at once, as when the machine wakes up; a line that was silent while it slept is not waited for. */
  wake(): void;
  /** The way is gone, so what stands on it is too. */
  cut(): void;
  stop(): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** The server speaks every 15 s: a line that is silent for longer is dead, whatever the socket says. */
const SILENCE_MS = 40_000;

export function startLive({ client, apply, lookAgain, changed, sleep }: LiveParts): Live {
  const stopped = new AbortController();
  const first = Promise.withResolvers<void>();
  let lastSeq: number | null = null;
  let line = new AbortController();
  let nap = new AbortController();
  let waitMs = FIRST_WAIT_MS;
  let heardAt = 0;

  function take(event: LiveEvent): void {
    if (lastSeq !== null && event.seq <= lastSeq) return;
    if (lastSeq !== null && event.seq > lastSeq + 1) lookAgain();
    lastSeq = event.seq;
    apply(event);
  }

  async function listen(): Promise<void> {
    line = new AbortController();
    heardAt = Date.now();
    const heardOf = watchSilence(line);
    try {
      const response = await client.open(
        "/api/events",
        { after: lastSeq },
        AbortSignal.any([stopped.signal, line.signal]),
      );
      if (!response.body) return;
      for await (const block of readStream(response.body)) {
        heardOf();
        heardAt = Date.now();
        const from = /^from (\d+)$/.exec(block.comment ?? "")?.[1];
        if (from !== undefined) {
          lastSeq ??= Number(from);
          waitMs = FIRST_WAIT_MS;
          changed("live");
          first.resolve();
        }
        if (block.data !== null) take(JSON.parse(block.data) as LiveEvent);
      }
    } finally {
      line.abort();
    }
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      changed("connecting");
      await listen().catch(() => {}); // a cut is an end like any other: come back with the last number
      if (stopped.signal.aborted) return;
      changed("waiting");
      nap = new AbortController();
      await sleep(waitMs, AbortSignal.any([stopped.signal, nap.signal]));
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
  }
  void run();

  return {
    opened: first.promise,
    wake() {
      waitMs = FIRST_WAIT_MS;
      if (Date.now() - heardAt > SILENCE_MS) line.abort();
      nap.abort();
    },
    cut: () => line.abort(),
    stop: () => stopped.abort(),
  };
}

/** Cuts a line on which nothing was heard for too long; answers what to call when something was. */
function watchSilence(line: AbortController): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hear = () => {
    clearTimeout(timer);
    timer = setTimeout(() => line.abort(), SILENCE_MS);
  };
  line.signal.addEventListener("abort", () => clearTimeout(timer));
  hear();
  return hear;
}
