/** The sentences of stories in which a text comes while nobody hears it, and is found in the provider's list. */
import type { FaultRule } from "../../simulator/faults.ts";
import { leap, thread, wait } from "./story.ts";
import { KILN, type Town } from "./town.ts";

const EVERY_MS = 5 * 60_000;

const noWebhook = (from: string): FaultRule => ({
  kind: "callback_dropped",
  match: { webhook: "inbound", from },
  times: 1,
});

/** Somebody texts (with pictures, if any), and the webhook gets lost on the way. */
export async function textUnheard(
  town: Town,
  from: string,
  body: string,
  to = KILN,
  media: ReadonlyArray<{ contentType: string; bytes: Buffer }> = [],
): Promise<void> {
  const [fault] = town.simulator.addFaults([noWebhook(from)]);
  await town.passing(town.simulator.text({ from, to, body, media: [...media] }));
  const hits = town.simulator.faults().find((each) => each.id === fault?.id)?.hits;
  if (hits !== 1) throw new Error(`the webhook of ${from} was not lost: ${hits} hits`);
}

/** The looks at the list of a number, as the provider saw them. */
export const looks = (town: Town, to: string) =>
  town.simulator.requests({ to }).filter((each) => each.method === "GET" && each.path.endsWith("/Messages.json"));

/** Lets time pass until the list of a number was looked at once more, and what was found is here. */
export async function untilLookedAt(town: Town, to = KILN): Promise<void> {
  const before = looks(town, to).length;
  await leap(town, EVERY_MS);
  await town.until("the list was looked at", () => {
    const all = looks(town, to);
    return all.length > before && all.at(-1)?.outcome !== "pending";
  });
  await wait(town, 2000);
}

/** What stands in the thread with somebody, oldest first. */
export const said = async (town: Town, phone: string): Promise<string[]> =>
  (await thread(town, phone)).map((each) => each.content);
