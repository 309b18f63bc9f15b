/** Dispatch: a full queue to the provider at unlimited MPS, against as many bare HTTP posts to the same provider. */
import { runJob } from "./child.ts";
import { cpuFigure, type Figure, median } from "./figures.ts";
import type { PostsAnswer, PostsJob } from "./posts.ts";
import type { Cpu } from "./processes.ts";
import { CONTENT, rateOf, sendAll } from "./queue.ts";
import { IN_FLIGHT, type Stage } from "./stage.ts";

const COUNT = 1500;
const WARM_UP = 1000;
const ROUNDS = 3;
const UNLIMITED_MPS = 10_000;
/** Longer than the run: the provider's callbacks are no part of handing over. */
const NEVER_MS = 600_000;

export async function measureDispatch(stage: Stage, say: (line: string) => void): Promise<Figure[]> {
  const product = await stage.product();
  const provider = await stage.provider();
  const { id } = await stage.channel();
  await product.api("PATCH", `/api/channels/${id}`, { mps: UNLIMITED_MPS });
  const conversations = await stage.conversations(COUNT);
  const phones = conversations.map((each) => each.phone);

  const floor = async (count: number) => {
    const mark = await provider.mark();
    const job: PostsJob = {
      url: `${provider.url}/2010-04-01/Accounts/${provider.account.accountSid}/Messages.json`,
      signer: provider.account,
      from: provider.number,
      to: phones.slice(0, count),
      content: CONTENT,
      inFlight: IN_FLIGHT,
    };
    const { statuses, cpuMs } = await runJob<PostsJob, PostsAnswer>("the floor", "bench/posts.ts", job);
    if (statuses["201"] !== count) throw new Error(`the floor's posts were answered ${JSON.stringify(statuses)}`);
    return { rate: rateOf(await provider.receipts(mark)), cpuMs };
  };
  const ours = async (count: number) => {
    const { receipts, cpu } = await sendAll(stage, conversations.slice(0, count), 60_000);
    return { rate: rateOf(receipts), cpu };
  };

  await provider.callBackAfter(NEVER_MS);
  await floor(WARM_UP);
  await ours(WARM_UP);
  const floors: Array<Awaited<ReturnType<typeof floor>>> = [];
  const products: Array<Awaited<ReturnType<typeof ours>>> = [];
  for (let round = 0; round < ROUNDS; round++) {
    floors.push(await floor(COUNT));
    products.push(await ours(COUNT));
    say(`floor ${Math.round(floors.at(-1)?.rate ?? 0)}/s, product ${Math.round(products.at(-1)?.rate ?? 0)}/s`);
  }
  await provider.callBackAfter(50);
  const answering = await ours(COUNT);
  say(`product while it also takes two status callbacks a message: ${Math.round(answering.rate)}/s`);

  const [mine, bare] = [median(products.map((each) => each.rate)), median(floors.map((each) => each.rate))];
  const floorCpuMs = median(floors.map((each) => each.cpuMs)) / COUNT;
  const eachCpu = (of: keyof Cpu, runs: typeof products) => median(runs.map((each) => each.cpu[of])) / COUNT;
  const cpuEach = (runs: typeof products): Cpu => ({
    server: eachCpu("server", runs),
    postgres: eachCpu("postgres", runs),
  });
  const against = `floor ${Math.round(bare)}/s`;
  return [
    {
      what: "dispatch",
      measured: `${Math.round(mine)}/s`,
      against,
      ratio: mine / bare,
      goal: { is: "above", of: 0.25 },
    },
    {
      what: "dispatch, with callbacks",
      measured: `${Math.round(answering.rate)}/s`,
      against,
      ratio: answering.rate / bare,
      goal: null,
    },
    cpuFigure("dispatch CPU a message", cpuEach(products), floorCpuMs),
    cpuFigure("dispatch CPU, with callbacks", cpuEach([answering]), floorCpuMs),
  ];
}
