/** Opens the handles over a pool of connections. */
import { createHmac } from "node:crypto";
import type pg from "pg";
import type { NewEvent } from "../../../contract/events.ts";
import { isId, type WorkspaceId } from "../../../contract/ids.ts";
import type { World } from "../world.ts";
import type { Ground, Outside, Tx, View } from "./handles.ts";
import { raced } from "./pool.ts";
import { groundAt, groundOn, reader } from "./reader.ts";

export interface Database {
  view<T>(workspaceId: WorkspaceId, read: (view: View) => Promise<T>): Promise<T>;
  /** Runs again, up to three times, where it lost a race (deadlock): `write` must not act outside the database. */
  tx<T>(workspaceId: WorkspaceId, write: (tx: Tx) => Promise<T>): Promise<T>;
  /** One statement a transaction. */
  readonly ground: Ground;
  groundTx<T>(write: (ground: Ground) => Promise<T>): Promise<T>;
  readonly outside: Outside;
  hashOf(workspaceId: WorkspaceId, channel: string, address: string): string;
}

/** What is asked of a pool, and of one of its connections. */
export interface Connections {
  query(asked: pg.QueryConfig): Promise<pg.QueryResult>;
  connect(): Promise<Connection>;
}
interface Connection {
  query(asked: string | pg.QueryConfig): Promise<pg.QueryResult>;
  release(broken?: Error): void;
}

export interface DatabaseParts {
  pool: Connections;
  world: World;
  /** The key of address hashes: made once for an installation, never rotated. */
  hashKey: Buffer;
  /** What follows from an event, within its transaction. */
  react: (tx: Tx, event: NewEvent) => Promise<void>;
  /** Told after a commit that a workspace's events now reach up to `seq`. */
  published: (workspaceId: WorkspaceId, seq: number) => void;
}

export function createDatabase({ pool, world, hashKey, react, published }: DatabaseParts): Database {
  const hashOf = (workspaceId: WorkspaceId, channel: string, address: string) =>
    createHmac("sha256", hashKey).update(`${workspaceId}\n${channel}\n${address}`).digest("hex").slice(0, 32);

  /** Takes a connection for the length of `work`; one whose transaction could not be ended is thrown away. */
  async function withClient<T>(work: (client: Connection) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      return await work(client);
    } catch (error) {
      await client.query("rollback").catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  function viewOn(client: Connection, workspaceId: WorkspaceId, now: Date): View {
    return Object.assign(
      reader(client, () => now),
      {
        workspaceId,
        hashOf: (channel: string, address: string) => hashOf(workspaceId, channel, address),
        ground: groundAt(client, now, world),
      },
    );
  }

  /** Opens a transaction for one workspace in one round trip. The id is checked, because it stands in the text. */
  async function begin(client: Connection, workspaceId: WorkspaceId, mode: "read only" | "read write") {
    if (!isId("wsp", workspaceId)) throw new Error(`not a workspace's id: ${workspaceId}`);
    await client.query(`begin ${mode}; set local parley.workspace = '${workspaceId}'`);
  }

  async function once<T>(workspaceId: WorkspaceId, write: (tx: Tx) => Promise<T>): Promise<T> {
    const after: Array<() => void> = [];
    const result = await withClient(async (client) => {
      await begin(client, workspaceId, "read write");
      const events: NewEvent[] = [];
      const view = viewOn(client, workspaceId, world.now());
      const tx: Tx = Object.assign(view, {
        writable: true as const,
        bytes: world.bytes,
        id: world.id,
        async emit(event: NewEvent) {
          events.push(event);
          await react(tx, event);
        },
        afterCommit(act: () => void) {
          after.push(act);
        },
      });
      const answer = await write(tx);
      if (events.length > 0) {
        // Last of all: the counter's row stays locked from here to the commit.
        const sql = "select emit_events($1, $2, $3) as seq";
        const { seq } = await tx.one<{ seq: number }>(sql, [workspaceId, JSON.stringify(events), tx.now]);
        after.unshift(() => published(workspaceId, seq));
      }
      await client.query("commit");
      return answer;
    });
    for (const act of after) act();
    return result;
  }

  return {
    view: (workspaceId, read) =>
      withClient(async (client) => {
        await begin(client, workspaceId, "read only");
        const answer = await read(viewOn(client, workspaceId, world.now()));
        await client.query("commit");
        return answer;
      }),
    tx: (workspaceId, write) => raced(() => once(workspaceId, write)),
    ground: groundOn(pool, world),
    groundTx: (write) =>
      withClient(async (client) => {
        await client.query("begin");
        const now = world.now();
        const answer = await write(groundAt(client, now, world));
        await client.query("commit");
        return answer;
      }),
    outside: { world },
    hashOf,
  };
}
