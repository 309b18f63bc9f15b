/** `GET /api/events?after=<seq>`: a workspace's events as server-sent events, from wherever the reader left off. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { StoredEvent } from "../../../contract/events.ts";
import type { Database } from "../db/database.ts";
import type { View } from "../db/handles.ts";
import type { Live } from "../db/live.ts";
import { forbidden, invalid } from "../errors.ts";
import type { Log } from "../log.ts";
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

interface StreamParts {
  database: Database;
  live: Live;
  log: Log;
  authenticate: Authenticate;
}

export function serveEventStream(app: FastifyInstance, { database, live, log, authenticate }: StreamParts): void {
  const open = new Set<() => void>();
  app.addHook("preClose", async () => {
    for (const end of open) end();
  });

  app.get("/api/events", async (request, reply) => {
    const caller = await authenticate(request);
    if (!caller.permissions.has("inbox.read")) throw forbidden("inbox.read");
    // A browser that lost the connection says where it stood in Last-Event-ID.
    const asked = request.headers["last-event-id"] ?? (request.query as { after?: string }).after;
    const after = asked === undefined ? null : After.safeParse(asked);
    if (after && !after.success)
      throw invalid("invalid_request", "after: must be the number of an event, such as 0", "after");
    let seq = after?.data ?? (await database.view(caller.workspaceId, lastSeq));

    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
    raw.write(`retry: 1000\n: from ${seq}\n\n`);

    let reading = false;
    let again = false;
    const catchUp = async () => {
      do {
        again = false;
        const events = await database.view(caller.workspaceId, (view) => eventsAfter(view, seq));
        for (const event of events) {
          seq = event.seq;
          raw.write(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
        }
        if (events.length === PAGE) again = true;
      } while (again && !raw.destroyed);
    };
    const look = () => {
      again = true;
      if (reading) return;
      reading = true;
      catchUp()
        .catch((error) => {
          // A failed read ends the stream; the reader comes back with the last number it has.
          log.warn({ error }, "an event stream ended early");
          raw.end();
        })
        .finally(() => {
          reading = false;
        });
    };
    const unsubscribe = live.onEvents(caller.workspaceId, look);
    const heartbeat = setInterval(() => raw.write(": still here\n\n"), HEARTBEAT_MS);
    const end = () => raw.end();
    open.add(end);
    raw.on("close", () => {
      clearInterval(heartbeat);
      unsubscribe();
      open.delete(end);
    });
    look();
  });
}
