/** One schedule: what a seed makes customers, callers, the provider and fate do, in which order; and its end. */
import type { FaultRule } from "../../simulator/faults.ts";
import { type Chance, chanceOf } from "./chance.ts";
import type { Business, Reply, Site } from "./site.ts";

/** A send that a caller was promised. */
export interface Send {
  business: Business;
  phone: string;
  /** Unlike any other's of the campaign. */
  content: string;
  /** What the API answered last; null: it never did. */
  answer: Reply | null;
}

export interface Told {
  phones: string[];
  sends: Send[];
  /** What was done, in order: the same for the same seed. */
  trace: string[];
  /** The number of the simulator's log at which the schedule began. */
  since: number;
  crashes: number;
  /** Whether everything came to an end. */
  settled: boolean;
}

const CUSTOMERS = 3;
const CALLER_WAITS_MS = 700;
const HOPS_AT_MOST = 400;
const HOP_MS = 4000;
const STOPS = ["STOP", "stop", "Unsubscribe", "STOP."];

interface Act {
  label: string;
  run(): Promise<unknown> | undefined;
}

export async function runSchedule(site: Site, seed: number): Promise<Told> {
  const { gate, clock, simulator } = site;
  const chance = chanceOf(`schedule ${seed}`);
  const phones = Array.from({ length: CUSTOMERS }, (_, n) => `+1628${String(2_000_000 + seed * CUSTOMERS + n)}`);
  const sends: Send[] = [];
  const trace: string[] = [];
  const since = simulator.webhooks().at(-1)?.seq ?? 0;
  const under = new Set<Promise<unknown>>();
  let crashes = 0;
  let crashesLeft = chance.weighted([
    [2, 0],
    [4, 1],
    [3, 2],
    [1, 4],
  ]);

  const build = () => site.build(chanceOf(`house ${seed} ${crashes}`));
  async function crash(): Promise<void> {
    crashes++;
    crashesLeft--;
    await site.crash();
    await build();
  }
  const start = (act: Act) => {
    trace.push(`act: ${act.label}`);
    const done = Promise.resolve(act.run()).catch((error) => trace.push(`failed: ${error}`));
    under.add(done);
    void done.finally(() => under.delete(done));
  };

  await build();
  const acts = planActs(site, chance, seed, phones, sends);
  while (acts.length > 0 || under.size > 0) {
    await gate.quiet();
    const waiting = gate.waiting();
    const next = clock.next();
    const turns: Array<readonly [number, () => Promise<void> | void]> = waiting.map((each) => [
      10,
      () => {
        // What was committed and never answered is where most promises are broken.
        const risk = each.label === "commit" ? 0.08 : 0.015;
        const fatal = each.kind === "sql" && crashesLeft > 0 && chance.next() < risk;
        trace.push(`${fatal ? "dies after" : "turn"}: ${each.label}`);
        each.go(fatal);
        return fatal ? gate.quiet().then(crash) : undefined;
      },
    ]);
    if (acts.length > 0) turns.push([waiting.length > 12 ? 2 : 12, () => start(acts.shift() as Act)]);
    if (next !== null)
      turns.push([
        waiting.length > 0 ? 4 : 14,
        () => {
          trace.push(`time: ${next}`);
          clock.advance(next);
        },
      ]);
    if (crashesLeft > 0 && acts.length < 8) {
      turns.push([
        0.5,
        () => {
          trace.push("dies");
          return crash();
        },
      ]);
    }
    if (turns.length > 0) await chance.weighted(turns)();
  }
  const settled = await settle(site, phones);
  await gate.quiet();
  return { phones, sends, trace, since, crashes, settled };
}

/** Lets everything go its way, without faults of the process, until nothing is open; answers whether it came to that. */
async function settle(site: Site, phones: readonly string[]): Promise<boolean> {
  const { admin, clock, gate, simulator } = site;
  for (let hop = 0; hop < HOPS_AT_MOST; hop++) {
    for (;;) {
      await gate.quiet();
      const [first] = gate.waiting();
      if (!first) break;
      first.go();
    }
    const { rows } = await admin.query(
      `select 1 from messages where direction = 'outbound' and status in ('queued', 'scheduled', 'sending') and to_address = any($1)
       limit 1`,
      [phones],
    );
    const open = simulator.webhooks().some(({ outcome }) => outcome === "pending");
    if (rows.length === 0 && !open && hop > 3) return true;
    clock.advance(hop < 3 ? (clock.next() ?? HOP_MS) : HOP_MS);
  }
  return false;
}

function planActs(site: Site, chance: Chance, seed: number, phones: readonly string[], sends: Send[]): Act[] {
  const { simulator, clock } = site;
  const texted: string[] = [];
  const count = 6 + chance.below(10);

  const text = (words: string): Act => {
    const phone = chance.pick(phones);
    const to = chance.pick(chance.pick(site.businesses).numbers);
    return {
      label: `${phone.slice(-1)} texts ${to}: ${words}`,
      async run() {
        const { messageSid } = await simulator.text({ from: phone, to, body: words });
        if (messageSid) texted.push(messageSid);
      },
    };
  };

  /** A caller who does not give up: the same key until there is an answer. */
  async function ask(business: Business, path: string, body: unknown, key: string): Promise<Reply> {
    for (;;) {
      const reply = await site.call(business, "POST", path, body, key).catch(() => null);
      if (reply && reply.status < 500) return reply;
      await clock.sleep(CALLER_WAITS_MS);
    }
  }

  const send = (n: number): Act => {
    const business = chance.pick(site.businesses);
    const which = chance.below(business.numbers.length);
    const phone = chance.pick(phones);
    const content = `Schedule ${seed}, message ${n}.`;
    const later = chance.next() < 0.15 ? 2000 + chance.below(20_000) : null;
    const entry: Send = { business, phone, content, answer: null };
    return {
      label: `${business.numbers[which]} writes ${phone.slice(-1)}${later === null ? "" : ` in ${later} ms`}`,
      async run() {
        sends.push(entry);
        const connectionId = business.connectionIds[which];
        const opened = await ask(
          business,
          "/api/conversations",
          { phone, channel: "sms", connectionId },
          `c${seed}-${n}`,
        );
        if (!opened.body.id) throw new Error(`no conversation: ${JSON.stringify(opened)}`);
        entry.answer = await ask(
          business,
          `/api/conversations/${opened.body.id}/messages`,
          { content, ...(later === null ? {} : { sendAt: new Date(clock.now().getTime() + later).toISOString() }) },
          `m${seed}-${n}`,
        );
      },
    };
  };

  const redeliver = (): Act => ({
    label: "a webhook comes again",
    run: () => (texted.length > 0 ? simulator.redeliver(chance.pick(texted)) : undefined),
  });

  const fault = (): Act => {
    const to = chance.pick(phones);
    const sending = { path: "Messages.json", method: "POST", to };
    const rule = chance.pick<FaultRule>([
      { kind: "reset_before", times: 1, match: sending },
      { kind: "reset_after", times: 1, match: sending },
      { kind: "reset_after", times: 2, match: sending },
      { kind: "status", status: 500, times: 1, match: sending },
      { kind: "status", status: 429, code: 20429, times: 1, match: sending },
      { kind: "status", status: 429, code: 20429, retryAfterSeconds: 2, times: 1, match: sending },
      { kind: "latency", ms: 300 + chance.below(2500), times: 1, match: sending },
      { kind: "latency", ms: 300 + chance.below(2500), after: true, times: 1, match: sending },
      { kind: "status", status: 500, times: 1, match: { path: "Messages.json", method: "GET", to } },
      { kind: "callback_duplicated", times: 3, match: { to } },
      { kind: "callback_reordered", times: 1, match: { to } },
      { kind: "callback_delayed", ms: 1000 + chance.below(60_000), times: 1, match: { to } },
      { kind: "callback_dropped", times: 2, match: { to } },
    ]);
    return { label: `fault for ${to.slice(-1)}: ${rule.kind}`, run: async () => void simulator.addFaults([rule]) };
  };

  const outcome = (): Act => {
    const to = chance.pick(phones);
    const status = chance.pick(["undelivered", "failed", "sent"] as const);
    return {
      label: `${to.slice(-1)} will be ${status}`,
      run: async () => simulator.addOutcomes([{ match: { to }, times: 1, status }]),
    };
  };

  const burst = (n: number): Act => {
    const several = [send(n), send(n + 100), send(n + 200)];
    return {
      label: several.map(({ label }) => label).join("; "),
      run: () => Promise.all(several.map((each) => each.run())),
    };
  };

  /** A STOP while a message to the same person is on its way. */
  const stopAmidSend = (n: number): Act => {
    const sent = send(n);
    const stop = text(chance.pick(STOPS));
    const slow: FaultRule = {
      ...{ kind: "latency", ms: 300 + chance.below(2500), times: 2 },
      match: { path: "Messages.json", method: "POST" },
    };
    return {
      label: `${sent.label}, slowly; ${stop.label}`,
      async run() {
        simulator.addFaults([slow]);
        await Promise.all([sent.run(), stop.run()]);
      },
    };
  };

  return Array.from({ length: count }, (_, n) =>
    chance.weighted<() => Act>([
      [5, () => text(`Schedule ${seed}, text ${n}`)],
      [7, () => send(n)],
      [2, () => burst(n)],
      [2, () => text(chance.pick(STOPS))],
      [2, () => stopAmidSend(n)],
      [1, () => text("START")],
      [1, redeliver],
      [4, fault],
      [1, outcome],
    ])(),
  );
}
