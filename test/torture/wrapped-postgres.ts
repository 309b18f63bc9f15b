/** The driver of PostgreSQL, wrapped: each statement of the house waits for its turn, and its result for its place. */
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { Turnstile } from "./turnstile.ts";

export interface Statement {
  client: pg.Client;
  label: string;
}

export const pidOf = (client: pg.Client) => (client as unknown as { processID: number }).processID;

const labelOf = (text: string) =>
  text
    .replace(/\s+/g, " ")
    .replace(/_[0-9a-f]{32}/g, "…")
    .trim()
    .slice(0, 70);

/** The looks of lanes on which no promise hangs here: they wait for ever, or every tenth turn would be theirs. */
const ASIDE =
  /claim_media\(|refresh_statistics\(|next_snooze_end\(|\bcall_ends\b|as at from activations|sms_request_lanes/;

type Query = (...args: unknown[]) => unknown;

/** @param admin its own statements pass freely */
export function wrapPostgres(turnstile: Turnstile, admin: pg.Client) {
  /** A house ends when it aborts; what belongs to which is told by where it was begun. */
  let generation = new AbortController();
  const houses = new AsyncLocalStorage<AbortController>();
  let held = new Set<pg.Client>();
  let connecting = 0;
  const running = new Set<Statement>();
  const never = new Promise<never>(() => {});

  const isOurs = (client: pg.Client) =>
    client !== admin &&
    (client as unknown as { connectionParameters: { application_name?: string } }).connectionParameters
      .application_name === "parley";

  async function pass(client: pg.Client, label: string, send: () => Promise<unknown>): Promise<unknown> {
    const mine = houses.getStore() ?? generation;
    const { signal } = mine;
    if (signal.aborted) return never;
    const fatal = await turnstile.park(label, "sql", client);
    if (signal.aborted) return never;
    const statement = { client, label };
    running.add(statement);
    const place = turnstile.begin();
    try {
      return await send();
    } finally {
      running.delete(statement);
      await turnstile.comesToItsEnd(place);
      if (fatal) mine.abort();
      if (signal.aborted) await never;
    }
  }

  const query = pg.Client.prototype.query as unknown as Query;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first] = args;
    const text = typeof first === "string" ? first : ((first as { text?: string }).text ?? "");
    if (!isOurs(this) || text.includes("pgboss")) return query.apply(this, args);
    if (ASIDE.test(text)) return never;
    const told = typeof args.at(-1) === "function" ? (args.pop() as (error: unknown, result?: unknown) => void) : null;
    // A STOP asks again every 25 ms of the town's time; how long PostgreSQL lets it wait must not be a matter of real time.
    if (/set_config\('lock_timeout'/.test(text)) (first as { values: string[] }).values = ["1ms"];
    const answer = pass(this, labelOf(text), async () => query.apply(this, args));
    if (!told) return answer;
    answer.then(
      (result) => told(null, result),
      (error) => told(error),
    );
    return undefined;
  } as typeof pg.Client.prototype.query;

  // A pool opens connections as it needs them: who waits for one is not at rest.
  const connect = pg.Client.prototype.connect as unknown as Query;
  pg.Client.prototype.connect = function (this: pg.Client, told?: (error?: unknown) => void) {
    if (!isOurs(this)) return told ? connect.call(this, told) : connect.call(this);
    const mine = houses.getStore() ?? generation;
    if (mine.signal.aborted) return never;
    held.add(this);
    // The pool hears of a cut from when it is told that this one is connected. It gives up by a real clock, however
    // late it is told here; then it is one more connection that was cut.
    const unheard = () => {};
    this.on("error", unheard);
    connecting++;
    const place = turnstile.begin();
    const ended = (connect.call(this) as Promise<unknown>).finally(() => {
      if (mine !== generation) return never;
      connecting--;
      return turnstile.comesToItsEnd(place);
    });
    void ended.catch(unheard).finally(() => setImmediate(() => this.off("error", unheard)));
    if (!told) return ended;
    ended.then(() => told(), told);
    return undefined;
  } as typeof pg.Client.prototype.connect;

  return {
    /** Of the house that lives. */
    signal: () => generation.signal,
    isConnecting: () => connecting > 0,
    running: (): readonly Statement[] => [...running],
    /** The house is dead: what it began is never told. Resolves when PostgreSQL has noticed. */
    async kill(): Promise<void> {
      generation.abort();
      const pids = [...held].map(pidOf);
      for (const client of held) {
        client.on("error", () => {}); // nobody is left to hear of the cut
        (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      }
      held = new Set();
      running.clear();
      for (;;) {
        const { rows } = await admin.query("select 1 from pg_stat_activity where pid = any($1)", [pids]);
        if (rows.length === 0) return;
        await pause(1);
      }
    },
    /** Runs `build`, and whatever comes of it, as a new house. */
    within<T>(build: () => Promise<T>): Promise<T> {
      generation = new AbortController();
      connecting = 0;
      return houses.run(generation, build);
    },
    unwrap() {
      pg.Client.prototype.query = query as unknown as typeof pg.Client.prototype.query;
      pg.Client.prototype.connect = connect as unknown as typeof pg.Client.prototype.connect;
    },
  };
}
