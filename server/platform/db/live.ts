/** News between processes: which workspace has new events, which lane has work. Hints only; readers look for themselves. */
import pg from "pg";
import type { WorkspaceId } from "../../../contract/ids.ts";
import type { Log } from "../log.ts";
import type { World } from "../world.ts";
import { appSettings, type ConnectionSettings } from "./pool.ts";

export interface Live {
  /** A workspace's events now reach up to `seq`, or "look": some may have been missed. Returns the way to stop. */
  onEvents(workspaceId: WorkspaceId, hear: (seq: number | "look") => void): () => void;
  publish(workspaceId: WorkspaceId, seq: number): void;
  /** Something changed that others keep in memory or wait for, such as "sending" or "directory". */
  onNews(topic: string, hear: () => void): () => void;
  tell(topic: string): void;
  stop(): Promise<void>;
}

const CHANNEL = "parley";

/**
 * Hears NOTIFY on a connection of its own and comes back by itself after a cut, then tells everyone to look. Sends are
 * gathered and leave in a transaction without writes: a NOTIFY inside a writing transaction would make all commits of
 * the database wait in one line (PostgreSQL takes one lock for the queue until the commit is on disk).
 * @param name what the connection is called: by it other processes see that this one runs, and with which keys
 */
export async function startLive(
  settings: ConnectionSettings,
  pool: pg.Pool,
  world: World,
  log: Log,
  name: string,
): Promise<Live> {
  const events = new Map<string, Set<(seq: number | "look") => void>>();
  const topics = new Map<string, Set<() => void>>();
  const origin = world.bytes(6).toString("hex");
  const stopping = new AbortController();
  let client: pg.Client | null = null;
  let news: { events: Map<string, number>; topics: Set<string> } | null = null;
  let sending: Promise<void> = Promise.resolve();

  const hearEvents = (workspaceId: string, seq: number | "look") => {
    for (const hear of events.get(workspaceId) ?? []) hear(seq);
  };
  const hearNews = (topic: string) => {
    for (const hear of topics.get(topic) ?? []) hear();
  };

  async function listen(): Promise<void> {
    const next = new pg.Client(appSettings(settings));
    next.on("notification", ({ payload }) => {
      const told = JSON.parse(payload ?? "{}") as { from?: string; events?: [string, number][]; topics?: string[] };
      if (told.from === origin) return;
      for (const [workspaceId, seq] of told.events ?? []) hearEvents(workspaceId, seq);
      for (const topic of told.topics ?? []) hearNews(topic);
    });
    next.on("error", () => {}); // `end` follows
    try {
      await next.connect();
      await next.query("select set_config('application_name', $1, false)", [name]); // a URL may have given another
      await next.query(`listen ${CHANNEL}`);
    } catch (error) {
      void next.end().catch(() => {});
      throw error;
    }
    // Only now: a connection that never came about ends too, and whoever asked for it tries again.
    next.on("end", () => void returnLater());
    client = next;
    if (stopping.signal.aborted) await next.end();
  }

  async function returnLater(): Promise<void> {
    for (let ms = 100; !stopping.signal.aborted; ms = Math.min(ms * 2, 5000)) {
      await world.sleep(ms, stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        await listen();
        for (const workspaceId of events.keys()) hearEvents(workspaceId, "look");
        for (const topic of topics.keys()) hearNews(topic);
        return;
      } catch (error) {
        log.warn({ error }, "can't listen for news yet");
      }
    }
  }

  function gather(): NonNullable<typeof news> {
    if (!news) {
      news = { events: new Map(), topics: new Set() };
      setImmediate(() => {
        sending = sending.then(flush);
      });
    }
    return news;
  }

  async function flush(): Promise<void> {
    const told = news;
    news = null;
    if (!told) return;
    const payload = JSON.stringify({ from: origin, events: [...told.events], topics: [...told.topics] });
    await pool
      .query("select pg_notify($1, $2)", [CHANNEL, payload])
      .catch((error) => log.warn({ error }, "news did not leave"));
  }

  function add<H>(map: Map<string, Set<H>>, key: string, hear: H): () => void {
    const set = map.get(key) ?? new Set<H>();
    map.set(key, set.add(hear));
    return () => {
      set.delete(hear);
      if (set.size === 0 && map.get(key) === set) map.delete(key);
    };
  }

  await listen();
  return {
    onEvents: (workspaceId, hear) => add(events, workspaceId, hear),
    publish(workspaceId, seq) {
      hearEvents(workspaceId, seq);
      const { events: gathered } = gather();
      gathered.set(workspaceId, Math.max(seq, gathered.get(workspaceId) ?? 0));
    },
    onNews: (topic, hear) => add(topics, topic, hear),
    tell(topic) {
      hearNews(topic);
      gather().topics.add(topic);
    },
    async stop() {
      stopping.abort();
      await sending;
      await flush();
      await client?.end();
    },
  };
}
