/** Taking away what a request made at the provider. What is not there any more is fine: a crash may have come right after it went. */
import type { Credentials } from "../channel.ts";
import type { Stuck } from "../market.ts";
import type { NotTaken } from "../paperwork.ts";
import {
  after,
  credentialsFor,
  HELD_MS,
  isInTheAir,
  keep,
  letItSettle,
  noAccount,
  putOff,
  type SmsRequestParts,
  type Stand,
  settle,
} from "./act.ts";
import { isNotTaken } from "./problems.ts";
import { deleteRequest, type Filed, type Kind, type Made, type SmsRequestRow } from "./store.ts";

/** What is under review can't be taken away before the reviewers have decided. */
const REVIEWED_EVERY_MS = 12 * 60 * 60_000;
/** What is approved, or held by a number, may be let go of by whoever uses it; after a month it is left there. */
const KEPT_EVERY_MS = 3 * 24 * 60 * 60_000;
const MOST_REFUSALS = 10;

interface Gone {
  kind: Kind;
  sid: string;
}

/** Whoever holds others goes first. */
const ORDER: readonly Kind[] = ["bundle", "document", "endUser", "address"];

function allOf({ bundle, documents, endUser, address, left }: Made): Gone[] {
  const now = (kind: Kind, filed: ReadonlyArray<Filed | null>): Gone[] =>
    filed.flatMap((each) => (each ? [{ kind, sid: each.sid }] : []));
  const current = [...now("bundle", [bundle]), ...now("document", Object.values(documents))];
  const all = [...left, ...current, ...now("endUser", [endUser]), ...now("address", [address])];
  return all.toSorted((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
}

const without = (made: Made, sid: string): Made => ({
  ...made,
  bundle: made.bundle?.sid === sid ? null : made.bundle,
  documents: Object.fromEntries(Object.entries(made.documents).filter(([, filed]) => filed.sid !== sid)),
  endUser: made.endUser?.sid === sid ? null : made.endUser,
  address: made.address?.sid === sid ? null : made.address,
  left: made.left.filter((each) => each.sid !== sid),
});

/** Whether nothing of it is at the provider, nor may be on its way there. */
export const isNothing = (made: Made): boolean => made.asking === null && allOf(made).length === 0;

function remove({ paperwork, database }: SmsRequestParts, credentials: Credentials, { kind, sid }: Gone) {
  const { outside } = database;
  if (kind === "bundle") return paperwork.removeBundle(outside, credentials, sid);
  if (kind === "document") return paperwork.removeDocument(outside, credentials, sid);
  if (kind === "endUser") return paperwork.removeEndUser(outside, credentials, sid);
  return paperwork.removeAddress(outside, credentials, sid);
}

/** What newer papers have replaced goes; what does not go now is tried again with the next ones, or when all is taken back. */
export async function tidyUp(parts: SmsRequestParts, credentials: Credentials, made: Made): Promise<Made> {
  const old = allOf({ ...made, bundle: null, documents: {}, endUser: null, address: null });
  let now = made;
  for (const each of old) if ((await remove(parts, credentials, each)).ok) now = without(now, each.sid);
  return now;
}

async function findByName(parts: SmsRequestParts, credentials: Credentials, kind: Kind, name: string) {
  const { paperwork, database } = parts;
  const { outside } = database;
  if (kind === "address") return paperwork.findAddresses(outside, credentials, name);
  if (kind === "endUser") return paperwork.findEndUsers(outside, credentials, name);
  if (kind === "document") return paperwork.findDocuments(outside, credentials, name);
  const found = await paperwork.findBundles(outside, credentials, name);
  return found.ok ? { ok: true as const, sids: found.items.map(({ bundleSid }) => bundleSid) } : found;
}

/** One thing a step, until nothing is left; then what was removed here is forgotten. */
export async function takeBack(parts: SmsRequestParts, row: SmsRequestRow): Promise<Stand> {
  const next = async (made: Made): Promise<Stand> => {
    const change = { made, tries: 0, askedAt: null, problem: null };
    return { row: await keep(parts, row, change, after(parts, HELD_MS)), more: true };
  };
  const { asking } = row.made;
  const [first] = allOf(row.made);
  if (!asking && !first) return over(parts, row);
  const credentials = await credentialsFor(parts, row);
  if (!credentials) return noAccount(parts, row);
  if (asking) {
    // It may be on its way still; by its name it is found once it is there.
    if (isInTheAir(parts, row)) return letItSettle(parts, row);
    const found = await findByName(parts, credentials, asking.kind, asking.name);
    if (!found.ok) return putOff(parts, row, found);
    const left = [...row.made.left, ...found.sids.map((sid) => ({ kind: asking.kind, sid }))];
    return next({ ...row.made, asking: null, left });
  }
  if (!first) return over(parts, row);
  const removed = await remove(parts, credentials, first);
  if (removed.ok) return next(without(row.made, first.sid));
  if (!isNotTaken(removed)) return putOff(parts, row, removed);
  const passing = await isPassing(parts, credentials, row.made, first, removed);
  if (!passing.ok) return putOff(parts, row, passing);
  const refusals = row.made.refusals + (passing.passes ? 0 : 1);
  if (!passing.passes && refusals > MOST_REFUSALS) {
    parts.log.warn({ requestId: row.id, ...first }, "the provider keeps something of a request that was taken back");
    return next({ ...without(row.made, first.sid), refusals }); // what it holds in turn is refused for the same reason
  }
  const held = { made: { ...row.made, refusals }, tries: 0, askedAt: null, problem: null };
  const again = after(parts, passing.passes ? REVIEWED_EVERY_MS : KEPT_EVERY_MS);
  return { row: await keep(parts, row, held, again), more: false };
}

/** Whether a refusal ends by itself: what the reviewers have is free again once they reject it, bundle and all, however long that takes. */
async function isPassing(
  { paperwork, database }: SmsRequestParts,
  credentials: Credentials,
  { bundle }: Made,
  { kind, sid }: Gone,
  { why }: NotTaken,
): Promise<{ ok: true; passes: boolean } | Stuck> {
  if (why !== "not_editable") return { ok: true, passes: false };
  if (kind !== "bundle") return { ok: true, passes: bundle !== null };
  const read = await paperwork.readBundle(database.outside, credentials, sid);
  if (!read.ok) return read;
  return { ok: true, passes: read.bundle?.status !== "twilio-approved" };
}

async function over(parts: SmsRequestParts, row: SmsRequestRow): Promise<Stand> {
  if (row.state !== "removed") return settle(parts, row, {}, null);
  const gone = await keep(parts, row, {}, null, (tx) => deleteRequest(tx, row.id));
  return { row: gone, more: false };
}
