/** `GET /api/events?after=<seq>`: a workspace's events as server-sent events, from wherever the reader left off. */
import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { LiveEvent, StoredEvent } from "../../../contract/events.ts";
import type { MessageId } from "../../../contract/ids.ts";
import type { Message } from "../../../contract/messages.ts";
import type { Database } from "../db/database.ts";
import type { View } from "../db/handles.ts";
import type { Live } from "../db/live.ts";
import { forbidden, invalid, Refusal } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Caller } from "./route.ts";
import type { Authenticate } from "./serve-route.ts";

const PAGE = 500;
const HEARTBEAT_MS = 15_000;
const After = z.coerce.number().int().min(0);

const eventsAfter = (view: View, seq: number) =>
  view.rows<StoredEvent>(
    "select seq, type, data, actor, at from events where workspace_id = $1 and seq > $2 order by seq limit $3",
    [view.workspaceId, seq, PAGE],
  );

const lastSeq = async (view: View) =>
  (
    await view.maybe<{ last_seq: number }>("select last_seq from event_counters where workspace_id = $1", [
      view.workspaceId,
    ])
  )?.last_seq ?? 0;

/** Who catches up with more than this asks for what they show. */
const MESSAGES_AT_ONCE = 20;

/** Each event with its message, read in the same view: as new as the event, or newer. */
async function withMessages(
  events: readonly StoredEvent[],
  read: (ids: readonly MessageId[]) => Promise<Message[]>,
): Promise<LiveEvent[]> {
  const ids = new Set(events.flatMap(({ data }) => ("messageId" in data ? [data.messageId] : [])));
  if (ids.size === 0 || ids.size > MESSAGES_AT_ONCE) return [...events];
  const messages = new Map((await read([...ids])).map((message) => [message.id, message]));
  return events.map((event) => {
    const message = "messageId" in event.data ? messages.get(event.data.messageId) : undefined;
    return message ? { ...event, message } : event;
  });
}

export interface StreamParts {
  database: Database;
  live: Live;
  log: Log;
  authenticate: Authenticate;
  /** Messages as `GET /api/messages/:id` answers them, without their delivery events. */
  messagesOf(view: View, ids: readonly MessageId[]): Promise<Message[]>;
}

/** Resolves when the reader has taken what was written, or is gone: who reads slowly must not fill our memory. */
const taken = (raw: ServerResponse) =>
  new Promise<void>((resolve) => {
    raw.once("drain", resolve);
    raw.once("close", resolve);
  });

export function serveEventStream(
  app: FastifyInstance,
  { database, live, log, authenticate, messagesOf }: StreamParts,
): void {
  const { world } = database.outside;
  const open = new Set<() => void>();
  let closing = false;
  app.addHook("preClose", async () => {
    closing = true;
    for (const end of open) end();
  });

  /** The caller, where they may read the inbox. */
  async function reader(request: FastifyRequest): Promise<Caller> {
    const caller = await authenticate(request);
    if (!caller.permissions.has("inbox.read")) throw forbidden("inbox.read");
    return caller;
  }

  app.get("/api/events", async (request, reply) => {
    const caller = await reader(request);
    // A browser that lost the connection says where it stood in Last-Event-ID.
    const asked = request.headers["last-event-id"] ?? (request.query as { after?: string }).after;
    const after = asked === undefined ? null : After.safeParse(asked);
    if (after && !after.success)
      throw invalid("invalid_request", "after: must be the number of an event, such as 0", "after");
    let seq = after?.data ?? (await database.view(caller.workspaceId, lastSeq));

    // Who came in while the door was being shut would keep it open.
    if (closing) throw new Refusal(503, "stopping", "The server is restarting. Ask again in a moment.");
    reply.hijack();
    const { raw } = reply;
    const over = new AbortController();
    raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
    raw.write(`retry: 1000\n: from ${seq}\n\n`);

    let reading = false;
    let again = false;
    const look = async () => {
      again = true;
      if (reading) return;
      reading = true;
      try {
        while (again && !raw.writableEnded) {
          again = false;
          const events = await database.view(caller.workspaceId, async (view) =>
            withMessages(await eventsAfter(view, seq), (ids) => messagesOf(view, ids)),
          );
          if (events.length === PAGE) again = true;
          for (const event of events) {
            if (raw.writableEnded || raw.destroyed) return;
            seq = event.seq;
            if (!raw.write(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`))
              await taken(raw);
          }
        }
      } catch (error) {
        // A failed read ends the stream; the reader comes back with the last number it has.
        log.warn({ error }, "an event stream ended early");
        raw.end();
      } finally {
        reading = false;
      }
    };
    /** Keeps the connection up, and ends it for whoever lost the right to read: a key revoked, a member removed. */
    const keepUp = async () => {
      for (;;) {
        await world.sleep(HEARTBEAT_MS, over.signal);
        if (over.signal.aborted) return;
        const refused = await reader(request).then(
          () => false,
          (error) => error instanceof Refusal,
        );
        if (refused) return end();
        if (!raw.writableEnded) raw.write(": still here\n\n");
      }
    };
    const unsubscribe = live.onEvents(caller.workspaceId, look);
    const end = () => {
      over.abort();
      raw.end();
    };
    open.add(end);
    raw.on("close", () => {
      over.abort();
      unsubscribe();
      open.delete(end);
    });
    void look();
    void keepUp();
  });
}
