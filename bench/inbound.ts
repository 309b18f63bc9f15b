/** Inbound: signed webhooks, 64 in flight, durable before the 200, against one bare INSERT on the same PostgreSQL. */
import pg from "pg";
import { startNode } from "./child.ts";
import { cpuFigure, type Figure, median } from "./figures.ts";
import type { LoadAnswer } from "./load.ts";
import { type Cpu, cpuBetween, cpuOf } from "./processes.ts";
import { inboundUrl, type Stage } from "./stage.ts";
import { messageSid, phoneOf } from "./webhooks.ts";

/** Half of each round's messages come from phones that never wrote before. */
const ROUND = { count: 4000, senders: 2000 };
/** Long enough that both have been compiled: what is measured is a server that has run for a while. */
const WARM_UP = { count: 6000, senders: 3000 };
const ROUNDS = 5;

type Measured = LoadAnswer & { number: number; cpu: Cpu };

export async function measureInbound(stage: Stage, say: (line: string) => void): Promise<Figure[]> {
  const product = await stage.product();
  await stage.channel();
  const { account } = await stage.provider();
  const floorDatabase = { ...product.connection, database: "bench_floor" };
  await product.rows("create database bench_floor");
  const floor = startNode("the floor", "bench/floor.ts", {
    env: { HOST: "127.0.0.1", DATABASE: JSON.stringify(floorDatabase), AUTH_TOKEN: account.authToken },
  });
  try {
    const [floorUrl] = await floor.line(/^http:\S+/);
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    const run = async (name: string, url: string, size: typeof ROUND): Promise<Measured> => {
      const server = url === floorUrl ? floor.pid : product.pid;
      const before = cpuOf(server, product.pid);
      const answer = await stage.load(url, size);
      const cpu = cpuBetween(before, cpuOf(server, product.pid));
      say(
        `${name}: ${Math.round(size.count / answer.seconds)}/s, p50 ${answer.p50Ms.toFixed(1)} ms, p99 ${answer.p99Ms.toFixed(1)} ms`,
      );
      if (answer.statuses["200"] !== size.count) throw new Error(`${name} answered ${JSON.stringify(answer.statuses)}`);
      return { ...answer, cpu };
    };
    const warmUps = [await run("floor, warming up", floorUrl, WARM_UP)];
    warmUps.push(await run("product, warming up", inboundUrl(product), WARM_UP));
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(await run("floor", floorUrl, ROUND));
      ours.push(await run("product", inboundUrl(product), ROUND));
    }

    const [, warmUp] = warmUps;
    if (!warmUp) throw new Error("no warm-up");
    await checkStored(stage, warmUp.number, WARM_UP);
    for (const { number } of ours) await checkStored(stage, number, ROUND);
    await checkFloor(floorDatabase, WARM_UP.count + ROUNDS * ROUND.count);
    say("every acknowledged message is stored once");
    return figuresOf(ours, theirs);
  } finally {
    await floor.stop();
  }
}

/** Every message of the round is there once, in one conversation for each phone. */
async function checkStored(stage: Stage, number: number, { count, senders }: typeof ROUND): Promise<void> {
  const product = await stage.product();
  const sids = Array.from({ length: count }, (_, n) => messageSid(number, n));
  const phones = Array.from({ length: senders }, (_, n) => phoneOf(number, n));
  const [found] = await product.rows<{ messages: number; sids: number; conversations: number; phones: number }>(
    `select count(*)::int as messages, count(distinct provider_sid)::int as sids, count(distinct conversation_id)::int as conversations,
       count(distinct from_address)::int as phones
       from messages where provider_sid = any($1) and from_address = any($2) and direction = 'inbound'`,
    [sids, phones],
  );
  const expected = JSON.stringify({ messages: count, sids: count, conversations: senders, phones: senders });
  if (JSON.stringify(found) !== expected) throw new Error(`stored ${JSON.stringify(found)} instead of ${expected}`);
}

async function checkFloor(connection: pg.ClientConfig, expected: number): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  const { rows } = await client.query<{ texts: number }>("select count(*)::int as texts from texts");
  await client.end();
  if (rows[0]?.texts !== expected) throw new Error(`the floor stored ${rows[0]?.texts} texts instead of ${expected}`);
}

function figuresOf(ours: readonly Measured[], theirs: readonly Measured[]): Figure[] {
  const rate = (answers: readonly LoadAnswer[]) => median(answers.map((each) => ROUND.count / each.seconds));
  const cpuEach = (answers: readonly Measured[]): Cpu => ({
    server: median(answers.map((each) => each.cpu.server)) / ROUND.count,
    postgres: median(answers.map((each) => each.cpu.postgres)) / ROUND.count,
  });
  const floorCpu = cpuEach(theirs);
  const p99 = (answers: readonly LoadAnswer[]) => median(answers.map((each) => each.p99Ms));
  return [
    {
      what: "inbound rate",
      measured: `${Math.round(rate(ours))}/s`,
      against: `floor ${Math.round(rate(theirs))}/s`,
      ratio: rate(ours) / rate(theirs),
      goal: { is: "above", of: 0.5 },
    },
    {
      what: "inbound p99",
      measured: `${p99(ours).toFixed(1)} ms`,
      against: `floor ${p99(theirs).toFixed(1)} ms`,
      ratio: p99(ours) / p99(theirs),
      goal: { is: "below", of: 2 },
    },
    cpuFigure("inbound CPU a message", cpuEach(ours), floorCpu.server + floorCpu.postgres),
  ];
}
