/**
 * The turnstile of the torture: every statement to PostgreSQL and every HTTP request of the house, of the simulator and of
 * the callers waits here until the schedule lets it through, one at a time. So what runs between two turns is determined
 * by the seed alone, and a crash can fall before or after any effect. Nothing of the house knows of it: the driver and
 * Node's HTTP client are wrapped.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { channel } from "node:diagnostics_channel";
import http from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";

/** Something that waits for its turn. */
export interface Waiting {
  /** What it is, without what changes from run to run. */
  label: string;
  /** A statement of the house, a request of the house to the provider, or a request to the house. */
  kind: "sql" | "outgoing" | "incoming";
  /** @param fatal the house dies when the statement has been carried out, before it hears the result */
  go(fatal?: boolean): void;
}

interface Statement {
  client: pg.Client;
  label: string;
}

/** A turn that is asked for; `client` is whose statement it is. */
interface Turn extends Waiting {
  client: pg.Client | null;
}

const pidOf = (client: pg.Client) => (client as unknown as { processID: number }).processID;

const EXCHANGE = "x-torture-exchange";
/** Most statements take less; of others it is asked whether they wait for a lock. */
const MAYBE_LOCKED_MS = 1.5;
const STUCK_MS = 10_000;

export interface Gate {
  /** Who waits, by what they wait for, and then in the order of their coming. */
  waiting(): readonly Waiting[];
  /** Resolves when everything that was let through has ended, waits again, sleeps, or waits for a lock. */
  quiet(): Promise<void>;
  /** What is in somebody's hands, for whoever looks for what stands still. */
  inHand(): string[];
  /** The house is dead: nothing of it ever goes on. Resolves when PostgreSQL has noticed. */
  kill(): Promise<void>;
  /** Runs `build`, and whatever comes of it, as a new house. */
  within<T>(build: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const labelOf = (text: string) =>
  text
    .replace(/\s+/g, " ")
    .replace(/_[0-9a-f]{32}/g, "…")
    .trim()
    .slice(0, 70);

type Query = (...args: unknown[]) => unknown;

/**
 * @param admin asks PostgreSQL who waits for locks; its own statements pass freely
 * @param providerUrl where the simulator is
 */
export function openGate(admin: pg.Client, providerUrl: () => string): Gate {
  let queue: Turn[] = [];
  /** The sessions that others wait for. */
  let blockers = new Set<number>();
  let generation = new AbortController();
  const houses = new AsyncLocalStorage<AbortController>();
  let held = new Set<pg.Client>();
  let turns = 0;
  let connecting = 0;
  const running = new Set<Statement>();
  const onTheWire = new Map<string, { label: string; request: http.ClientRequest; outgoing: boolean; state: string }>();
  const never = new Promise<never>(() => {});

  const park = (label: string, kind: Waiting["kind"], client: pg.Client | null = null) =>
    new Promise<boolean>((resolve) => {
      turns++;
      const turn: Turn = {
        label,
        kind,
        client,
        go(fatal = false) {
          forget(turn);
          resolve(fatal);
        },
      };
      queue.push(turn);
    });
  const forget = (turn: Turn) => {
    queue = queue.filter((each) => each !== turn);
  };

  const isOurs = (client: pg.Client) =>
    client !== admin &&
    (client as unknown as { connectionParameters: { application_name?: string } }).connectionParameters
      .application_name === "parley";

  async function pass(client: pg.Client, label: string, send: () => Promise<unknown>): Promise<unknown> {
    const mine = houses.getStore() ?? generation;
    const { signal } = mine;
    if (signal.aborted) return never;
    const fatal = await park(label, "sql", client);
    if (signal.aborted) return never;
    const statement = { client, label };
    running.add(statement);
    try {
      return await send();
    } catch (error) {
      if (signal.aborted) return never;
      throw error;
    } finally {
      running.delete(statement);
      turns++;
      if (fatal) mine.abort();
      if (signal.aborted) await never;
    }
  }

  const query = pg.Client.prototype.query as unknown as Query;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first] = args;
    const text = typeof first === "string" ? first : ((first as { text?: string }).text ?? "");
    if (!isOurs(this) || text.includes("pgboss")) return query.apply(this, args);
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
    connecting++;
    const ended = (connect.call(this) as Promise<unknown>).finally(() => {
      if (mine === generation) connecting--;
      turns++;
    });
    if (!told) return ended;
    ended.then(() => told(), told);
    return undefined;
  } as typeof pg.Client.prototype.connect;

  let count = 0;
  const end = http.ClientRequest.prototype.end;
  http.ClientRequest.prototype.end = function (this: http.ClientRequest, ...args: unknown[]) {
    const id = String(++count);
    const outgoing = providerUrl().endsWith(`//${this.getHeader("host")}`);
    const label = `${this.method} ${this.path.replace(/[0-9a-f]{16,}/g, "…").replace(/\?.*/, "")}`;
    const { signal } = generation;
    this.setHeader(EXCHANGE, id);
    this.once("close", () => {
      onTheWire.delete(id);
      turns++;
    });
    void park(label, outgoing ? "outgoing" : "incoming").then(() => {
      if (outgoing && signal.aborted) return;
      if (this.destroyed) return;
      onTheWire.set(id, { label, request: this, outgoing, state: "going" });
      end.apply(this, args as Parameters<typeof end>);
    });
    return this;
  } as typeof end;

  const becomes = (id: string, state: string) => {
    const exchange = onTheWire.get(id);
    if (exchange) exchange.state = state;
    turns++;
  };
  const arrives = (message: unknown) => {
    const { request, response } = message as { request: http.IncomingMessage; response: http.ServerResponse };
    const id = String(request.headers[EXCHANGE]);
    if (Number(request.headers["content-length"] ?? 0) > 0) request.once("end", () => becomes(id, "in hand"));
    else becomes(id, "in hand");
    response.once("finish", () => becomes(id, "coming"));
    response.once("close", () => becomes(id, "coming"));
  };
  channel("http.server.request.start").subscribe(arrives);

  async function allWaitForLocks(): Promise<boolean> {
    // One with a time-out of its own ends by itself.
    if ([...running].some(({ label }) => label.includes("address_lock("))) return false;
    const pids = [...running].map(({ client }) => pidOf(client));
    const { rows } = await admin.query<{ pid: number; blockers: number[] }>(
      `select pid, pg_blocking_pids(pid) as blockers
         from (select distinct pid from pg_locks where not granted and pid = any($1)) as waiting`,
      [pids],
    );
    blockers = new Set(rows.flatMap((row) => row.blockers));
    return rows.length === pids.length && running.size === pids.length;
  }
  const moving = () => [...onTheWire.values()].filter(({ state }) => state !== "in hand");

  return {
    waiting() {
      // While somebody waits for a lock, whoever has it goes first: were there two to wait, PostgreSQL would choose by luck.
      const holders = queue.filter(({ client }) => running.size > 0 && client && blockers.has(pidOf(client)));
      // A commit that frees a lock sets two on their way at once: in which order they come here is a matter of luck too.
      return (holders.length > 0 ? holders : [...queue]).sort((a, b) =>
        a.label < b.label ? -1 : a.label > b.label ? 1 : 0,
      );
    },
    inHand: () => [...onTheWire.values()].map(({ label, state }) => `${label}: ${state}`),
    async quiet() {
      const startedAt = performance.now();
      for (let calm = 0, seen = -1; calm < 3; ) {
        await new Promise((resolve) => setImmediate(resolve));
        const waited = performance.now() - startedAt;
        const still =
          connecting === 0 &&
          moving().length === 0 &&
          (running.size === 0 || (waited > MAYBE_LOCKED_MS && (await allWaitForLocks())));
        calm = still && seen === turns ? calm + 1 : 0;
        seen = turns;
        if (waited > STUCK_MS) {
          const what = [...running]
            .map(({ label }) => label)
            .concat(moving().map(({ label, state }) => `${label}: ${state}`));
          throw new Error(`nothing moves: ${what.join("; ")}`);
        }
        if (!still && waited > 2) await pause(0);
      }
    },
    async kill() {
      generation.abort();
      queue = queue.filter(({ kind }) => kind === "incoming");
      for (const { request, outgoing } of onTheWire.values()) if (outgoing) request.destroy();
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
    within(build) {
      generation = new AbortController();
      connecting = 0;
      return houses.run(generation, build);
    },
    async close() {
      pg.Client.prototype.query = query as unknown as typeof pg.Client.prototype.query;
      pg.Client.prototype.connect = connect as unknown as typeof pg.Client.prototype.connect;
      http.ClientRequest.prototype.end = end;
      channel("http.server.request.start").unsubscribe(arrives);
    },
  };
}
