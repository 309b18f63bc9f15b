/** What customers, callers and the provider do in a schedule, drawn from its seed. */
import type { FaultRule } from "../../simulator/faults.ts";
import type { Chance } from "./chance.ts";
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

export interface Act {
  label: string;
  run(): Promise<unknown> | undefined;
}

const CALLER_WAITS_MS = 700;
const STOPS = ["STOP", "stop", "Unsubscribe", "STOP."];

/** Where acts take place: they need no gate. */
type Scene = Pick<Site, "simulator" | "businesses" | "call"> & { clock: Pick<Site["clock"], "now" | "sleep"> };

/** What customers, callers and the provider do in a schedule: 6 to 15 acts. */
export function planActs(site: Scene, chance: Chance, seed: number, phones: readonly string[], sends: Send[]): Act[] {
  const { simulator, clock } = site;
  const texted: string[] = [];
  const count = 6 + chance.below(10);

  const text = (words: string, business = chance.pick(site.businesses), phone = chance.pick(phones)): Act => {
    const to = chance.pick(business.numbers);
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

  const send = (
    n: number,
    business = chance.pick(site.businesses),
    phone = chance.pick(phones),
    number = chance.pick(business.numbers),
  ): Act => {
    const which = business.numbers.indexOf(number);
    const content = `Schedule ${seed}, message ${n}.`;
    const later = chance.next() < 0.15 ? 2000 + chance.below(20_000) : null;
    const entry: Send = { business, phone, content, answer: null };
    return {
      label: `${number} writes ${phone.slice(-1)}${later === null ? "" : ` in ${later} ms`}`,
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

  const sendingTo = (to: string) => ({ path: "Messages.json", method: "POST", to });

  const fault = (): Act => {
    const to = chance.pick(phones);
    const sending = sendingTo(to);
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

  /** Neither the answer nor a report tells that it was taken: only the provider's list does. */
  const silence = (): Act => {
    const to = chance.pick(phones);
    const rules: FaultRule[] = [
      { kind: "reset_after", times: 1, match: sendingTo(to) },
      { kind: "callback_dropped", times: 3, match: { to } },
    ];
    return { label: `silence about ${to.slice(-1)}`, run: async () => void simulator.addFaults(rules) };
  };

  const outcome = (): Act => {
    const to = chance.pick(phones);
    const status = chance.pick(["undelivered", "failed", "sent"] as const);
    return {
      label: `${to.slice(-1)} will be ${status}`,
      run: async () => simulator.addOutcomes([{ match: { to }, times: 1, status }]),
    };
  };

  /** More at once than the pace of one number allows. */
  const burst = (n: number): Act => {
    const business = chance.pick(site.businesses);
    const number = chance.pick(business.numbers);
    const several = [0, 100, 200, 300, 400, 500, 600, 700].map((more) => send(n + more, business, undefined, number));
    return {
      label: several.map(({ label }) => label).join("; "),
      run: () => Promise.all(several.map((each) => each.run())),
    };
  };

  /** A STOP while messages to the same person are on their way. */
  const stopAmidSends = (n: number): Act => {
    const business = chance.pick(site.businesses);
    const phone = chance.pick(phones);
    const sent = [send(n, business, phone), send(n + 300, business, phone)];
    const stop = text(chance.pick(STOPS), business, phone);
    const later = chance.below(500);
    const slow: FaultRule = {
      ...{ kind: "latency", ms: 300 + chance.below(2500), times: 2 },
      match: { path: "Messages.json", method: "POST", to: phone },
    };
    return {
      label: `${sent.map(({ label }) => label).join("; ")}, slowly; ${stop.label}`,
      async run() {
        simulator.addFaults([slow]);
        const asked = sent.map((each) => each.run());
        await asked[0]; // the other may still be queued, the first is about to leave
        await clock.sleep(later);
        await Promise.all([...asked, stop.run()]);
      },
    };
  };

  return Array.from({ length: count }, (_, n) =>
    chance.weighted<() => Act>([
      [5, () => text(`Schedule ${seed}, text ${n}`)],
      [7, () => send(n)],
      [2, () => burst(n)],
      [2, () => text(chance.pick(STOPS))],
      [3, () => stopAmidSends(n)],
      [1, () => text("START")],
      [1, redeliver],
      [4, fault],
      [1, silence],
      [1, outcome],
    ])(),
  );
}
