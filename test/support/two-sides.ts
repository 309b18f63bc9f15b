/** Two workspaces to which the same happens, in one of them one by one and in the other together: their rows must be the same. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import type { Id, IdPrefix, WorkspaceId } from "../../contract/ids.ts";
import type { Database } from "../../server/platform/db/database.ts";
import type { Live } from "../../server/platform/db/live.ts";
import { quietLive } from "../../server/platform/db/whole.ts";
import { idMaker, type World } from "../../server/platform/world.ts";
import { foundTown, type Town } from "./town.ts";

export interface Side {
  id: WorkspaceId;
  database: Database;
  world: World;
  live: Live;
  /** The functions that the database was asked for, in order. */
  asked: string[];
  /** What it refused to do. */
  refused: unknown[];
}

interface Clock {
  at: Date;
}

/** A town in which nobody works off what these stories leave behind, and its database as its owner sees it. */
export async function foundIdleTown(): Promise<{ town: Town; owner: pg.Client; stop(): Promise<void> }> {
  const town = await foundTown({ PARLEY_ROLE: "web" });
  await town.connect();
  const owner = new pg.Client(town.connection);
  await owner.connect();
  return {
    town,
    owner,
    async stop() {
      await owner.end();
      await town.stop();
    },
  };
}

export const clockAt = (town: Town): Clock => ({ at: town.clock.now() });
export const later = (clock: Clock, ms: number) => {
  clock.at = new Date(clock.at.getTime() + ms);
};

const newWorkspace = idMaker(() => new Date(), randomBytes);

/** A side that makes the same ids as every other, in the order of the asking, and tells the time of the given clock. */
export function newSide(town: Town, clock: Clock): Side {
  const asked: string[] = [];
  const refused: unknown[] = [];
  let made = 0;
  const id = <P extends IdPrefix>(prefix: P): Id<P> => `${prefix}_${String(++made).padStart(12, "0").padEnd(32, "0")}`;
  const ask = async <T>(sql: string, answer: Promise<T>) => {
    asked.push(/from (\w+)\(/.exec(sql)?.[1] ?? sql);
    return answer.catch((error) => {
      refused.push(error);
      throw error;
    });
  };
  const { database } = town.house;
  const { ground } = database;
  return {
    id: newWorkspace("wsp"),
    asked,
    refused,
    live: quietLive,
    world: { now: () => clock.at, sleep: town.clock.sleep, bytes: randomBytes, chance: () => 0.5, id },
    database: {
      ...database,
      hashOf: (_workspace, channel, address) => `${channel} ${address}`,
      ground: {
        level: "ground",
        id,
        get now() {
          return clock.at;
        },
        rows: (sql, values) => ask(sql, ground.rows(sql, values)),
        maybe: (sql, values) => ask(sql, ground.maybe(sql, values)),
        one: (sql, values) => ask(sql, ground.one(sql, values)),
      },
    },
  };
}

const TABLES = [
  ...["contacts", "contact_addresses", "conversations", "conversation_routes", "messages", "media", "turns"],
  ...["attempts", "delivery_events", "events", "event_counters"],
];

/** Every row of a workspace, table by table, without the workspace's name. */
export async function everythingOf({ id }: Side, owner: pg.Client): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const table of TABLES) {
    const { rows } = await owner.query<{ row: string }>(
      `select (to_jsonb(t) - 'workspace_id')::text as row from ${table} t where workspace_id = $1 order by 1`,
      [id],
    );
    found[table] = rows.map((each) => each.row);
  }
  return found;
}
