/** Reads `GET /api/events` as a browser does: events as they come, each with its number. */
import type { Town } from "./town.ts";

export interface ReadEvent {
  id: number;
  type: string;
  data: {
    seq: number;
    type: string;
    data: Record<string, unknown>;
    actor: Record<string, unknown>;
    at: string;
    message?: { id: string };
  };
}

export interface EventReader {
  status: number;
  headers: Headers;
  /** What has come so far, in the order in which it came. */
  events: ReadEvent[];
  /** Resolves when the stream is over, whoever ended it. */
  ended: Promise<void>;
  close(): Promise<void>;
}

function readBlock(block: string): ReadEvent | null {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const [, name = "", value = ""] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (name) fields.set(name, value);
  }
  const data = fields.get("data");
  return data === undefined
    ? null
    : { id: Number(fields.get("id")), type: fields.get("event") ?? "", data: JSON.parse(data) as ReadEvent["data"] };
}

/** @param headers who asks, and where they stood (Last-Event-ID) */
export async function readEvents(
  town: Town,
  headers: Record<string, string>,
  after?: number | string,
): Promise<EventReader> {
  const hangUp = new AbortController();
  const query = after === undefined ? "" : `?after=${after}`;
  const response = await fetch(`${town.publicUrl}/api/events${query}`, { headers, signal: hangUp.signal });
  const events: ReadEvent[] = [];
  const read = async () => {
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = readBlock(block);
        if (event) events.push(event);
      }
    }
  };
  // A cut is an end like any other: readers come back.
  const ended = read().catch(() => {});
  return {
    status: response.status,
    headers: response.headers,
    events,
    ended,
    async close() {
      hangUp.abort();
      await ended;
    },
  };
}
