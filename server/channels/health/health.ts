/** The health of connections: each is looked at on a timetable, and when somebody asks for it; what is wrong is written down. */
import { SYSTEM } from "../../../contract/accounts.ts";
import type { Connection, HealthChange } from "../../../contract/channels.ts";
import type { ConnectionId } from "../../../contract/ids.ts";
import type { Page } from "../../../contract/paging.ts";
import type { Database } from "../../platform/db/database.ts";
import type { View } from "../../platform/db/handles.ts";
import type { Live } from "../../platform/db/live.ts";
import type { Caller } from "../../platform/http/route.ts";
import { type Lane, startLane } from "../../platform/lanes.ts";
import type { Log } from "../../platform/log.ts";
import { pageOfRows } from "../../platform/page.ts";
import type { Secrets } from "../../platform/secrets.ts";
import { tracks, withTracks } from "../../platform/tracks.ts";
import type { World } from "../../platform/world.ts";
import { connectionJson, connectionOf } from "../channels.ts";
import { DIRECTORY_NEWS, type Directory, type Sender } from "../directory.ts";
import { troubleRefusal, usableAccount } from "../provider-accounts.ts";
import { startRounds } from "../rounds.ts";
import { RECENT_MS, type ReadRecentSends } from "./failing.ts";
import { findingJson } from "./findings.ts";
import { type AskCaught, askCaught, type LookParts, lookAt } from "./look.ts";
import { HELD_MS, type RecordParts, record } from "./record.ts";
import { changesOf, type DueCheck, holdOn, openLanes, putNext, takeDue } from "./store.ts";

export interface HealthParts extends LookParts, RecordParts {
  recentSends: ReadRecentSends;
}

export interface HealthLaneParts extends HealthParts {
  database: Database;
  directory: Directory;
  live: Live;
  log: Log;
  world: World;
}

/** Three or four requests a connection each time: a quarter of an hour is soon enough for whoever waits, and no load. */
const EVERY_MS = 15 * 60_000;
/** After a look that came to nothing the next one comes sooner, then ever later. */
const AGAIN_MS = 60_000;
/** Provider accounts that are looked at side by side. */
const AT_ONCE = 4;
const IDLE_MS = 10_000;

export function startHealth(parts: HealthLaneParts): Lane {
  const { database, directory, live, log, world } = parts;
  const { ground } = database;
  const accounts = tracks(AT_ONCE, (error) => {
    if (error) log.error({ error }, "a channel's health could not be looked at");
    lane.wake();
  });

  async function step(): Promise<null> {
    await openLanes(ground, EVERY_MS);
    const take = (among: readonly ConnectionId[]) => takeDue(ground, among, HELD_MS);
    await startRounds(directory, accounts, take, () => {
      let caughtThere: AskCaught | null = null;
      return async (sender, due) => {
        const held = await holdOn(ground, due, HELD_MS);
        caughtThere ??= askCaught(database.outside, parts.provider, sender.credentials);
        if (held) await lookInTurn(sender, held, caughtThere);
      };
    });
    return null;
  }

  async function lookInTurn(
    { connection, workspace, credentials }: Sender,
    due: DueCheck,
    caughtThere: AskCaught,
  ): Promise<void> {
    const lookedAt = world.now();
    const look = await lookAt(database.outside, parts, connection, credentials, caughtThere);
    const failures = look ? 0 : due.failures + 1;
    const wait = look ? EVERY_MS : Math.min(AGAIN_MS * 2 ** Math.min(failures - 1, 8), EVERY_MS);
    await database.tx(workspace.id, async (tx) => {
      const sends = await parts.recentSends(tx, connection.id, new Date(tx.now.getTime() - RECENT_MS));
      await record(tx, parts, connection.id, { lookedAt, look, sends }, SYSTEM);
      await putNext(tx.ground, due, failures, new Date(tx.now.getTime() + wait));
    });
  }

  const lane = startLane("health", { world, log, idleMs: IDLE_MS, step });
  return withTracks(lane, accounts, [live.onNews(DIRECTORY_NEWS, lane.wake)]);
}

/** Looks at once, for somebody who asks. @throws Refusal provider_unreachable; what was known stands then */
export async function checkHealth(
  database: Database,
  parts: HealthParts & { secrets: Secrets },
  id: ConnectionId,
  caller: Caller,
): Promise<Connection> {
  const { publicUrl, provider } = parts;
  const { outside } = database;
  const row = await database.view(caller.workspaceId, (view) => connectionOf(view, id));
  const { credentials } = await usableAccount(database.ground, parts.secrets, caller, row.providerAccountId);
  const lookedAt = outside.world.now();
  const look = await lookAt(outside, parts, row, credentials, askCaught(outside, provider, credentials));
  if (!look) throw troubleRefusal({ ok: false, code: "provider_unreachable" });
  return database.tx(caller.workspaceId, async (tx) => {
    const sends = await parts.recentSends(tx, id, new Date(tx.now.getTime() - RECENT_MS));
    const now = await record(tx, parts, id, { lookedAt, look, sends }, caller.actor);
    return connectionJson(now ?? (await connectionOf(tx, id)), publicUrl);
  });
}

/** What changed in a connection's health, the newest first. */
export async function healthChanges(
  view: View,
  id: ConnectionId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<HealthChange>> {
  await connectionOf(view, id);
  const rows = await changesOf(view, id, limit, cursor);
  return pageOfRows(
    rows.map(({ findings, at, ...rest }) => ({
      ...rest,
      at: at.toISOString(),
      findings: findings.map(findingJson),
    })),
    limit,
    (last) => last.id,
  );
}
