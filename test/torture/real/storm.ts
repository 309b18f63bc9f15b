/** A storm: very many messages to many people leave through two workers, and a third of the people says STOP amid it. */
import { setTimeout as pause } from "node:timers/promises";
import type { Send } from "../acts.ts";
import { chanceOf } from "../chance.ts";
import { open, write } from "./callers.ts";
import { verdictOn } from "./campaign.ts";
import { comeToRest } from "./rest.ts";
import { acknowledged, type RealSite } from "./site.ts";
import { crowdOf, runTrials, type Trial } from "./trials.ts";

/** As fast as the machine can. */
const MPS = 10_000;
const EACH = 5;
const CALLERS = 16;
/** The rest is written while the workers send. */
const WAITING = 0.8;
/** What the provider takes for each: long enough that there are always some on their way. */
const LATENCY_MS = 60;

interface Storms {
  messages: number;
  rounds: number;
  say: (line: string) => void;
}

/** Runs the storms; answers how many broke a promise. */
export function runStorms({ messages, rounds, say }: Storms): Promise<number> {
  const trials = Array.from(
    { length: rounds },
    (_, round): Trial => ({ name: `storm ${round}`, run: (site) => runStorm(site, round, messages, say) }),
  );
  return runTrials({ mps: MPS, trials, sentencesAtMost: 20, say });
}

async function runStorm(
  site: RealSite,
  round: number,
  messages: number,
  say: (line: string) => void,
): Promise<string[]> {
  const { simulator, processes } = site;
  const startedAt = performance.now();
  const chance = chanceOf(`storm ${round} of ${messages}`);
  const people = crowdOf(site, Math.ceil(messages / EACH), 630 + round).map((person) => ({
    ...person,
    number: chance.below(2),
  }));
  const phones = people.map(({ phone }) => phone);
  const sends: Send[] = [];
  simulator.addFaults([{ kind: "latency", ms: LATENCY_MS, match: { path: "Messages.json", method: "POST" } }]);
  const received = () => simulator.requests().filter(({ method, to }) => method === "POST" && to !== null).length;

  const waiting = Array.from({ length: messages }, (_, n) => n);
  const callUntil = async (left: number) => {
    while (waiting.length > left) {
      const n = waiting.shift() ?? 0;
      const person = people[n % people.length] as (typeof people)[number];
      const conversation = await open(site, person.business, person.phone, person.number);
      await write(site, sends, { ...person, conversation, content: `Storm ${round}, message ${n}.` });
    }
  };
  const call = (left: number) => Promise.all(Array.from({ length: CALLERS }, () => callUntil(left)));

  await processes.kill("first worker", "second worker");
  await call(Math.round(messages * (1 - WAITING)));
  await processes.start("first worker", "second worker");
  const written = call(0);
  const stopping = people.filter(() => chance.next() < 1 / 3);
  const texting: Array<Promise<unknown>> = [];
  for (const [n, { business, number, phone }] of stopping.entries()) {
    // Spread over the first half of what leaves; where it stagnates, those who are left say it all the same.
    const due = (n / stopping.length) * messages * 0.5;
    for (let tries = 0; received() < due && tries < 400; tries++) await pause(5);
    texting.push(simulator.text({ from: phone, to: business.numbers[number] ?? "", body: "STOP" }));
  }
  await Promise.all([written, ...texting]);
  const settled = await comeToRest(site, phones);

  const stops = acknowledged(site).filter(({ kind }) => kind === "inbound");
  const held = await site.admin.query<{ count: number }>(
    "select count(*)::int as count from messages where to_address = any($1) and status = 'suppressed'",
    [phones],
  );
  const count = held.rows[0]?.count ?? 0;
  const found = await verdictOn(site, { phones, sends, since: 0, settled });
  if (stops.length < stopping.length) found.push(`${stopping.length - stops.length} STOPs were not acknowledged`);
  if (count === 0) found.push("nothing was held back: this proves nothing");
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  say(
    `storm ${round}: ${messages} messages to ${people.length} people, ${stops.length} STOPs, ${count} held back, ${seconds} s: ${found.length} violations`,
  );
  return found;
}
