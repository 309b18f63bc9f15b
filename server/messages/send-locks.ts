/**
 * The lock between sending and STOP (architecture 5.5, 6.3). A send holds the shared lock of (workspace, address) from
 * before its claim until the provider has answered; a STOP, once committed, takes it alone before it is acknowledged.
 * A send that starts later sees the suppression; one that started earlier is waited for.
 */
import pg from "pg";
import type { WorkspaceId } from "../../contract/ids.ts";
import type { Database } from "../platform/db/database.ts";
import { appSettings, type ConnectionSettings } from "../platform/db/pool.ts";
import type { World } from "../platform/world.ts";

interface Address {
  workspaceId: WorkspaceId;
  hash: string;
}

/** How long a STOP waits for sends in flight; then it is answered 503 and the provider asks again. */
const WAIT_MS = 5000;
const ASK_EVERY_MS = 25;
/** Longer than any attempt lives: what is late at the door does not leave, and the provider is waited for 4 s. An attempt older than that without an answer can't still be on its way. */
const ATTEMPT_LIVES_MS = 6000;
/** How long after its slot a message may still leave. Later (the machine slept, the process was held up), nobody counts on it any more. */
export const LATE_MS = 1500;

/**
 * Waits until no send to an address is in flight, in any process. Asks the lock, and also the attempts themselves: the
 * locks of a worker that was killed are gone, but its last request may still be travelling.
 * @returns false where 5 s were not enough
 */
export async function waitForSendsInFlight(
  { database, world }: { database: Database; world: World },
  address: Address,
): Promise<boolean> {
  const until = world.now().getTime() + WAIT_MS;
  for (;;) {
    const since = new Date(world.now().getTime() - ATTEMPT_LIVES_MS);
    const busy = await database
      .tx(address.workspaceId, async (tx) => {
        // Waiting in the lock's own queue keeps new sends from overtaking us; the time-out keeps us from waiting for ever.
        await tx.rows("select set_config('lock_timeout', $1, true)", [`${ASK_EVERY_MS * 10}ms`]);
        const free = await tx
          .rows("select pg_advisory_xact_lock(address_lock($1, $2))", [address.workspaceId, address.hash])
          .then(
            () => true,
            (error) => {
              if ("code" in error && error.code === LOCK_TIMEOUT) return false;
              throw error;
            },
          );
        if (!free) throw new StillSending();
        return tx.maybe(
          `select 1 from attempts a join messages m on m.workspace_id = a.workspace_id and m.id = a.message_id
          where m.workspace_id = $1 and m.channel = 'sms' and m.address_hash = $2 and m.status = 'sending' and m.kind <> 'notice'
            and a.outcome = 'pending' and a.at > $3 limit 1`,
          [address.workspaceId, address.hash, since],
        );
      })
      .catch((error) => {
        if (error instanceof StillSending) return true;
        throw error;
      });
    if (!busy) return true;
    if (world.now().getTime() >= until) return false;
    await world.sleep(ASK_EVERY_MS);
  }
}

const LOCK_TIMEOUT = "55P03";
/** Rolls the asking transaction back, which a lock time-out has broken. */
class StillSending extends Error {}

/** The shared locks of one worker, on a connection of their own: they live as long as it does. */
export interface SendLocks {
  /** Takes the locks that can be had at once; a waiting STOP refuses them. Answers which. */
  take(addresses: readonly Address[]): Promise<boolean[]>;
  release(addresses: readonly Address[]): Promise<void>;
  stop(): Promise<void>;
}

export function createSendLocks(settings: ConnectionSettings): SendLocks {
  let client: Promise<pg.Client> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  /** Locks to be given back with the next question: answers come in crowds, and are as many sends' ends. */
  let leaving: { addresses: Address[]; gone: Promise<void> } | null = null;

  function connect(): Promise<pg.Client> {
    const next = new pg.Client(appSettings(settings));
    const connected = next.connect().then(() => next);
    // A cut connection says so more than once, maybe after another has taken its place.
    const forget = () => {
      if (client === connected) client = null;
    };
    next.on("error", forget);
    next.on("end", forget);
    connected.catch(forget);
    return connected;
  }

  async function query(sql: string, addresses: readonly Address[]): Promise<boolean[]> {
    client ??= connect();
    const { rows } = await (await client).query<{ ok: boolean }>({
      name: sql, // prepared once: it is asked for every few messages
      text: `select ${sql}(address_lock(w, h)) as ok from unnest($1::text[], $2::text[]) with ordinality as a(w, h, n) order by n`,
      values: [addresses.map((each) => each.workspaceId), addresses.map((each) => each.hash)],
    });
    return rows.map((row) => row.ok);
  }

  /** One question at a time: it is one session. */
  function ask(sql: string, addresses: readonly Address[]): Promise<boolean[]> {
    const answer = last.then(() => query(sql, addresses));
    last = answer.catch(() => {});
    return answer;
  }

  async function giveBack(): Promise<void> {
    const addresses = leaving?.addresses ?? [];
    leaving = null;
    await ask("pg_advisory_unlock_shared", addresses);
  }

  return {
    take: (addresses) => ask("pg_try_advisory_lock_shared", addresses),
    release(addresses) {
      leaving ??= { addresses: [], gone: last.then(giveBack) };
      leaving.addresses.push(...addresses);
      return leaving.gone;
    },
    async stop() {
      const open = await client?.catch(() => null);
      client = null;
      await open?.end();
    },
  };
}
