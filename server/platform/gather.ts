/** Work that comes while earlier work of its kind is under way goes on together with all that came meanwhile. */
import { isAway } from "./db/pool.ts";
import type { Few } from "./few.ts";

export interface Gathering<Item, Answer> {
  /** What items have in common that are done together and in their order, such as a workspace. */
  keyOf(item: Item): unknown;
  /** Lets so many pieces of work in at once, of all keys. */
  few: Few;
  alone(item: Item): Promise<Answer>;
  /** All of it or nothing; the answers in the order of the items. Where it fails, each goes alone. */
  together(items: readonly Item[]): Promise<readonly Answer[]>;
}

/** More would make each wait for too many others. */
const TOGETHER_AT_MOST = 32;

/**
 * Works off the items of one key one batch at a time. Nobody waits for company: what comes alone goes alone, at once. An
 * item that fails does so by itself, but where the database is away all of a batch fail, for nobody knows what it did.
 */
export function gather<Item, Answer>({ keyOf, few, alone, together }: Gathering<Item, Answer>) {
  interface Waiting {
    item: Item;
    settle(answer: Promise<Answer>): void;
  }
  const lines = new Map<unknown, Waiting[]>();

  const oneByOne = async (batch: readonly Waiting[]) => {
    for (const { item, settle } of batch) {
      const answer = alone(item);
      settle(answer);
      await answer.catch(() => {}); // heard by whoever asked
    }
  };

  async function work(batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 1) return oneByOne(batch);
    try {
      const answers = await together(batch.map((each) => each.item));
      if (answers.length !== batch.length)
        throw new Error(`${batch.length} items were given ${answers.length} answers`);
      answers.forEach((answer, n) => {
        batch[n]?.settle(Promise.resolve(answer));
      });
    } catch (error) {
      if (!isAway(error)) return oneByOne(batch);
      for (const { settle } of batch) settle(Promise.reject(error));
    }
  }

  async function workOff(key: unknown, line: Waiting[]): Promise<void> {
    while (line.length > 0) await few(() => work(line.splice(0, TOGETHER_AT_MOST)));
    lines.delete(key);
  }

  return (item: Item): Promise<Answer> =>
    new Promise((settle) => {
      const key = keyOf(item);
      const line = lines.get(key);
      if (line) {
        line.push({ item, settle });
        return;
      }
      const first = [{ item, settle }];
      lines.set(key, first);
      void workOff(key, first);
    });
}
