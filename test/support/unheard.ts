/** The sentences of stories in which a text comes while nobody hears it, and is found in the provider's list. */
import type { FaultRule } from "../../simulator/faults.ts";
import { asOwner } from "./sql.ts";
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

/** What the last look at a list was written down as. */
async function lastLook(town: Town, to: string): Promise<string> {
  const [look] = await asOwner(
    town,
    `select l.looked_until, l.failures from inbound_lanes l join connections c on c.id = l.connection_id
      where $1 in (c.phone_number, c.messaging_service_sid) and c.disconnected_at is null`,
    [to],
  );
  if (!look) throw new Error(`${to} has no looks: it is not connected`);
  return JSON.stringify(look);
}

/** Lets time pass until a look at the list of a number, or of a service by its SID, has come to its end, and what it found is here. */
export async function untilLookedAt(town: Town, to = KILN): Promise<void> {
  const before = await lastLook(town, to);
  await leap(town, EVERY_MS);
  await town.until("the list was looked at", async () => (await lastLook(town, to)) !== before);
  await wait(town, 2000);
}

/** What stands in the thread with somebody, oldest first. */
export const said = async (town: Town, phone: string): Promise<string[]> =>
  (await thread(town, phone)).map((each) => each.content);
