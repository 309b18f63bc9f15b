/** Pace: at a set MPS never more in any second, and hardly less over ten. */
import type { Figure } from "./figures.ts";
import { rateOf, sendAll } from "./queue.ts";
import type { Stage } from "./stage.ts";

const MPS = 50;
const COUNT = MPS * 10 + 1;

export async function measurePace(stage: Stage, say: (line: string) => void): Promise<Figure[]> {
  const product = await stage.product();
  const { id } = await stage.channel();
  const conversations = await stage.conversations(COUNT);
  await product.api("PATCH", `/api/channels/${id}`, { mps: MPS });
  const receipts = (await sendAll(stage, conversations, 30_000)).receipts.map((each) => each.receivedAt);
  const slots = (
    await product.rows<{ at: Date }>("select at from attempts where connection_id = $1 order by at desc limit $2", [
      id,
      COUNT,
    ])
  ).map((each) => each.at.getTime());

  const rate = rateOf(receipts.map((receivedAt) => ({ receivedAt, to: "", status: 201 })));
  const gaps = receipts.slice(1).map((at, n) => at - (receipts[n] ?? at));
  say(`${COUNT} messages, gaps between receipts ${Math.min(...gaps)} to ${Math.max(...gaps)} ms`);
  const peak = (what: string, times: readonly number[]): Figure => ({
    what,
    measured: `${mostInASecond(times)} in a second`,
    against: `MPS ${MPS}`,
    ratio: mostInASecond(times) / MPS,
    goal: { is: "below", of: 1 },
  });
  return [
    peak("pace, most by slots", slots),
    peak("pace, most by receipts", receipts),
    {
      what: "pace, sustained",
      measured: `${rate.toFixed(2)}/s`,
      against: `MPS ${MPS}`,
      ratio: rate / MPS,
      goal: { is: "above", of: 0.98 },
    },
  ];
}

/** The most that fall into any window of one second, its end not counted. Times in ms. */
function mostInASecond(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  let most = 0;
  let from = 0;
  sorted.forEach((time, n) => {
    while (time - (sorted[from] ?? time) >= 1000) from++;
    most = Math.max(most, n - from + 1);
  });
  return most;
}
