/** What PostgreSQL knows of the tables' sizes, kept up with their growth: a plan for ten rows is a bad one for ten million. */
import { type Lane, startLane } from "../lanes.ts";
import type { Log } from "../log.ts";
import type { World } from "../world.ts";
import type { Ground } from "./handles.ts";

const EVERY_MS = 5000;

/** Looks every few seconds for tables that have grown much; sessions then make their plans anew. */
export function startStatistics({ ground, world, log }: { ground: Ground; world: World; log: Log }): Lane {
  return startLane("statistics", {
    world,
    log,
    idleMs: EVERY_MS,
    async step() {
      const tables = await ground.rows<{ name: string }>("select refresh_statistics() as name");
      if (tables.length > 0) log.debug({ tables: tables.map((each) => each.name) }, "tables have grown");
      return null;
    },
  });
}
