/** PostgreSQL away for some seconds, while people text and callers send. */
import { setTimeout as pause } from "node:timers/promises";
import type { WebhookEntry } from "../../../simulator/journal.ts";
import type { Send } from "../acts.ts";
import { open, write } from "./callers.ts";
import { verdictOn } from "./campaign.ts";
import { comeToRest, until } from "./rest.ts";
import { acknowledged, type RealSite } from "./site.ts";
import { crowdOf, type Person, runTrials, type Trial } from "./trials.ts";

const MPS = 50;
const TALKERS = 8;
const BREATH_MS = 100;
/** What is not here by itself is found when the provider's list is looked at the next time. */
const LOOK_MS = 60_000;
const LOOKS_AT_MOST = 12;

interface Outages {
  seconds: number;
  say: (line: string) => void;
}

/** Stops PostgreSQL twice, once in each way; answers how many times a promise was broken. */
export function runOutages({ seconds, say }: Outages): Promise<number> {
  const trials = (["fast", "immediate"] as const).map(
    (how, n): Trial => ({ name: `outage ${n}`, run: (site) => runOutage(site, n, how, seconds, say) }),
  );
  return runTrials({ mps: MPS, trials, say });
}

async function runOutage(
  site: RealSite,
  n: number,
  how: "fast" | "immediate",
  seconds: number,
  say: (line: string) => void,
): Promise<string[]> {
  const { simulator } = site;
  const people = crowdOf(site, TALKERS, 640 + n);
  const phones = people.map(({ phone }) => phone);
  const sends: Send[] = [];
  let over = false;

  const talk = async ({ business, phone }: Person) => {
    for (let line = 0; !over; line++) {
      await simulator.text({ from: phone, to: business.numbers[0] ?? "", body: `Line ${line}` });
      await pause(BREATH_MS);
    }
  };
  const send = async ({ business, phone }: Person) => {
    const conversation = await open(site, business, phone);
    for (let line = 0; !over; line++) {
      await write(site, sends, { business, phone, conversation, content: `Outage ${n}, answer ${line} to ${phone}.` });
      await pause(BREATH_MS);
    }
  };
  const answered = () => acknowledged(site);
  const busy = Promise.all([...people.map(talk), ...people.map(send)]);
  const hasAnswers = (phone: string) =>
    answered().some(({ from }) => from === phone) && sends.some((each) => each.phone === phone && each.answer);
  await until("all have begun", () => phones.every(hasAnswers));
  await site.stopDatabase(how);
  const stoppedAt = site.clock.now();
  const before = answered().length;
  await pause(seconds * 1000);
  // Begun meanwhile: what was stored in the last moment may be answered a moment later.
  const isMeanwhile = (attempt: WebhookEntry["attempts"][number] | undefined) =>
    attempt && attempt.startedAt > stoppedAt;
  const meanwhile = answered().filter(({ attempts }) => isMeanwhile(attempts.at(-1))).length;
  await site.startDatabase();
  await until("it goes on", () => answered().length > before + TALKERS);
  over = true;
  await busy;

  const found: string[] =
    meanwhile > 0 ? [`${meanwhile} webhooks were acknowledged while nothing could be stored`] : [];
  const settled = await comeToRest(site, phones);
  const texts = simulator.messages().filter(({ direction }) => direction === "inbound");
  const refused = texts.length - answered().filter(({ kind }) => kind === "inbound").length;
  const here = async () => {
    const { rows } = await site.admin.query<{ phone: string; lines: string[] }>(
      `select from_address as phone, array_agg(content order by id) as lines from messages
        where direction = 'inbound' and from_address = any($1) group by 1`,
      [phones],
    );
    return new Map(rows.map(({ phone, lines }) => [phone, lines]));
  };
  let stored = await here();
  const missing = () => texts.length - [...stored.values()].flat().length;
  for (let looks = 0; missing() > 0 && looks < LOOKS_AT_MOST; looks++) {
    await site.leap(LOOK_MS);
    await pause(BREATH_MS);
    stored = await here();
  }
  for (const phone of phones) {
    const said = texts.filter(({ from }) => from === phone).map(({ body }) => body);
    const lines = stored.get(phone) ?? [];
    if (lines.join("; ") !== said.join("; ")) found.push(`said was ${said.join("; ")}; here is ${lines.join("; ")}`);
  }
  found.push(...(await verdictOn(site, { phones, sends, since: 0, settled })));
  say(
    `outage ${n} (${how}, ${seconds} s): ${texts.length} texts, ${refused} of them refused, ${sends.length} sends: ${found.length} violations`,
  );
  return found;
}
