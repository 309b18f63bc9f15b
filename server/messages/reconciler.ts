/**
 * The reconciler: what the provider has and we have not is brought in. It looks at the list of each number's inbound
 * messages: on a timetable, at a start and after an outage; and all the time where the provider can't call us.
 */
import type { ConnectionId } from "../../contract/ids.ts";
import {
  DIRECTORY_NEWS,
  type Directory,
  type DueLook,
  dueLooks,
  type InboundText,
  isPolled,
  lookNow,
  noteLook,
  openLooks,
  type Received,
  type Sender,
  type SmsProvider,
  startRounds,
  type Unstored,
  unstoredOf,
} from "../channels/channels.ts";
import { isAway } from "../platform/db/pool.ts";
import { few } from "../platform/few.ts";
import { type Lane, startLane } from "../platform/lanes.ts";
import type { Log } from "../platform/log.ts";
import { tracks, withTracks } from "../platform/tracks.ts";
import { bornAt } from "../platform/world.ts";
import { aboutConsent } from "./keywords.ts";
import * as queries from "./queries.ts";
import { type ReceiveParts, receive } from "./receive.ts";
import { createTakeIn } from "./take-in.ts";

export interface ReconcilerParts extends Omit<ReceiveParts, "takeIn"> {
  directory: Directory;
  provider: SmsProvider;
  log: Log;
  publicUrl: string;
  /** Where the provider of real accounts is. */
  providerUrl: string;
}

/** The news that webhooks may have been missed. Told by nobody: whoever listens hears it after a cut from the database. */
const MISSED_NEWS = "missed";
/** Provider accounts that are looked at side by side. */
const AT_ONCE = 8;
const IDLE_MS = 2000;
/** How far back each look reaches over the last one: clocks differ, and lists may lag. */
const OVERLAP_MS = 10 * 60_000;
/** A long absence is caught up in slices, the oldest first, each of which is kept. */
const SLICE_MS = 60 * 60_000;
/** Our clock may have been wrong by hours (a machine that takes local time for UTC): so far back is looked then. */
const CLOCK_WRONG_MS = 24 * 60 * 60_000;
/** How far around a text's own time it is looked for again: lists know whole seconds. */
const LISTED_AROUND_MS = 2000;
const SECOND_MS = 1000;

type Parts = ReconcilerParts & ReceiveParts;

export function startReconciler(given: ReconcilerParts): Lane {
  const parts: Parts = { ...given, takeIn: createTakeIn(given, few(1)) };
  const { database, live, log, world } = parts;
  const { ground } = database;
  let missed = true; // at a start nobody knows what came meanwhile
  const accounts = tracks(AT_ONCE, (error) => {
    if (error) log.error({ error }, "the provider's list could not be looked at");
    lane.wake();
  });

  async function step(): Promise<null> {
    await openLooks(ground);
    if (missed) {
      await lookNow(ground);
      missed = false;
    }
    const take = (among: readonly ConnectionId[]) => dueLooks(ground, among);
    await startRounds(parts.directory, accounts, take, () => (sender, due) => look(parts, sender, due));
    return null;
  }

  const lane = startLane("reconciling", { world, log, idleMs: IDLE_MS, step });
  return withTracks(lane, accounts, [
    live.onNews(DIRECTORY_NEWS, lane.wake),
    live.onNews(MISSED_NEWS, () => {
      missed = true;
      lane.wake();
    }),
  ]);
}

/**
 * One look at a connection, from where the last one ended: all of it, or it counts for nothing. What can't be stored is kept
 * by its id and tried again each time; the look goes on, or one such text would make the number deaf.
 */
async function look(parts: Parts, sender: Sender, due: DueLook): Promise<void> {
  const { database, world, publicUrl, providerUrl } = parts;
  const { connection, credentials, workspace } = sender;
  const startedAt = world.now();
  const sliceEnd = new Date(due.lookedUntil.getTime() + SLICE_MS);
  const until = sliceEnd < startedAt ? sliceEnd : null;
  const since = new Date(Math.max(due.lookedUntil.getTime() - OVERLAP_MS, due.beginsAt.getTime()));

  const listed = await receivedBy(parts, sender, since, until);
  const earlier = listed ? await listAgain(parts, sender) : { retried: [], unasked: [], texts: [] };
  const seen = new Set(listed?.texts.map((each) => each.providerSid));
  const all = [...earlier.texts.filter((each) => !seen.has(each.providerSid)), ...(listed?.texts ?? [])];
  const { found, unstored } = await bringIn(parts, sender, all, until !== null);
  const still = new Set(unstored.map((each) => each.providerSid));
  const reached = listed && reachedBy(due, until, startedAt, listed.at ?? startedAt);
  await database.tx(workspace.id, (tx) =>
    noteLook(tx, connection, due, {
      polled: isPolled(credentials, publicUrl, providerUrl),
      lookedUntil: reached?.until ?? null,
      more: reached?.more ?? false,
      settled: earlier.retried.filter((each) => !still.has(each.providerSid)),
      found,
      unstored: [...unstored, ...earlier.unasked.filter((each) => !still.has(each.providerSid))],
    }),
  );
}

/**
 * How far a look came by the provider's clock, for ours may be wrong: nothing later than `at` has been looked at. A lane that
 * ends later than that was written by a clock that is wrong, and then it is so much earlier; or by one that was set right
 * since, and then nobody knows.
 */
function reachedBy(
  { beginsAt, lookedUntil }: DueLook,
  until: Date | null,
  startedAt: Date,
  at: Date,
): { until: Date; more: boolean } {
  const ahead = lookedUntil.getTime() - at.getTime() - SECOND_MS; // the provider's time has whole seconds
  if (ahead > 0 && (ahead > OVERLAP_MS || lookedUntil <= beginsAt)) {
    const ago = startedAt.getTime() - lookedUntil.getTime();
    const back = at.getTime() - (ago >= 0 ? ago : ahead > OVERLAP_MS ? CLOCK_WRONG_MS : OVERLAP_MS);
    return { until: new Date(beginsAt <= at ? Math.max(back, beginsAt.getTime()) : back), more: true };
  }
  return until && until <= at ? { until, more: true } : { until: at, more: false };
}

/** Every text to a connection in that time; null where the list is not complete. */
async function receivedBy(
  { database, directory, provider }: ReconcilerParts,
  { connection, credentials }: Sender,
  since: Date,
  until: Date | null,
): Promise<Received | null> {
  const { outside } = database;
  let numbers: string[] | null | undefined = connection.phoneNumber === null ? null : [connection.phoneNumber];
  if (connection.messagingServiceSid !== null) {
    const pool = await provider.numbersOfService(outside, credentials, connection.messagingServiceSid);
    // A number that is connected by itself has a look of its own.
    const senders = (await directory.account(credentials.accountSid))?.senders ?? [];
    numbers = pool?.filter((number) => !senders.some((each) => each.connection.phoneNumber === number));
  }
  if (!numbers) return null;
  const texts: InboundText[] = [];
  let first: Date | null = null;
  for (const number of numbers) {
    const listed = await provider.listReceived(outside, credentials, number, since, until);
    if (!listed) return null;
    texts.push(...listed.texts);
    first ??= listed.at;
  }
  return { texts: texts.sort((a, b) => (a.sentAt?.getTime() ?? 0) - (b.sentAt?.getTime() ?? 0)), at: first };
}

/** What earlier looks could not store, as the provider has it today; and what it could not be asked for. */
async function listAgain(
  { database, provider }: Parts,
  { connection, credentials }: Sender,
): Promise<{ retried: Unstored[]; unasked: Unstored[]; texts: InboundText[] }> {
  const retried: Unstored[] = [];
  const unasked: Unstored[] = [];
  const texts: InboundText[] = [];
  for (const each of await unstoredOf(database.ground, connection.id)) {
    const [since, until] = [-LISTED_AROUND_MS, LISTED_AROUND_MS].map((ms) => new Date(each.sentAt.getTime() + ms));
    if (!since || !until) continue;
    const listed = await provider.listReceived(database.outside, credentials, each.number, since, until);
    (listed ? retried : unasked).push(each);
    texts.push(...(listed?.texts ?? []).filter(({ providerSid }) => providerSid === each.providerSid));
  }
  return { retried, unasked, texts };
}

/**
 * Receives what is not here yet, in its order. One that can't be stored doesn't keep the others out.
 * @param more whether later texts are not read yet: one of them may take a START back, which therefore waits for them
 */
async function bringIn(
  parts: Parts,
  sender: Sender,
  listed: readonly InboundText[],
  more: boolean,
): Promise<{ found: number; unstored: Unstored[] }> {
  const known = await knownIn(parts, sender, listed);
  let found = 0;
  const unstored: Unstored[] = [];
  for (const text of placed(listed, known, parts.world.now())) {
    const { providerSid, to: number } = text;
    const later = () => {
      const saidAt = listed.find((each) => each.providerSid === providerSid)?.sentAt; // not where it was to be put
      unstored.push({ providerSid, number, sentAt: saidAt ?? parts.world.now() });
    };
    if (more && aboutConsent(text, sender)?.verdict === "start") {
      later();
      continue;
    }
    try {
      const outcome = await receive(parts, text, sender);
      if (outcome === "stored" || outcome === "busy") found++;
    } catch (error) {
      if (isAway(error)) throw error; // the whole look is tried again
      parts.log.error({ error, providerSid }, "a text from the provider's list could not be stored");
      later();
    }
  }
  return { found, unstored };
}

/** When those were put here that are here already, by the provider's id: by whichever connection the number had then. */
async function knownIn(
  { database }: ReconcilerParts,
  { workspace }: Sender,
  listed: readonly InboundText[],
): Promise<Map<string, number>> {
  const sids = listed.map((each) => each.providerSid);
  const rows = sids.length === 0 ? [] : await database.view(workspace.id, (view) => queries.messagesBySids(view, sids));
  return new Map(rows.map(({ sid, id }) => [sid, bornAt(id).getTime()]));
}

/**
 * The texts that are not here, each with a time between those that came before and after it from the same person: the
 * provider's whole seconds, and the moment at which a webhook came, would not keep their order.
 */
export function placed(listed: readonly InboundText[], known: ReadonlyMap<string, number>, now: Date): InboundText[] {
  const next = new Map<string, number>(); // by sender: when the next one came that is here
  const upper: Array<number | undefined> = [];
  for (const text of [...listed].reverse()) {
    upper.unshift(next.get(text.from));
    const at = known.get(text.providerSid);
    if (at !== undefined) next.set(text.from, Math.min(at, next.get(text.from) ?? at));
  }
  const last = new Map<string, number>(); // by sender: when the last one came, or was put
  return listed.flatMap((text, n) => {
    const lower = last.get(text.from) ?? 0;
    const at = known.get(text.providerSid);
    if (at !== undefined) {
      last.set(text.from, Math.max(lower, at));
      return [];
    }
    const sent = Math.min(text.sentAt?.getTime() ?? now.getTime(), now.getTime(), (upper[n] ?? Infinity) - 1);
    const put = Math.max(sent, lower + 1);
    last.set(text.from, put);
    return [{ ...text, sentAt: new Date(put) }];
  });
}
