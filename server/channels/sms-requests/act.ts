/** How a request goes on: each step ends in one commit, and only whoever holds the request may make it. */
import { SYSTEM } from "../../../contract/accounts.ts";
import { audit } from "../../accounts/accounts.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Tx } from "../../platform/db/handles.ts";
import type { Log } from "../../platform/log.ts";
import type { Secrets } from "../../platform/secrets.ts";
import type { Credentials } from "../channel.ts";
import { credentialsOf } from "../directory.ts";
import type { Stuck } from "../market.ts";
import type { Paperwork } from "../paperwork.ts";
import { againAt, inTheAirAt, LONGEST_MS, TakenOver } from "../retries.ts";
import { findPresentAccount } from "../store.ts";
import { requestAsThing } from "../things.ts";
import { PROBLEMS, problemOf } from "./problems.ts";
import { type SmsRequestRow, setDue, updateRequest } from "./store.ts";

export interface SmsRequestParts {
  database: Database;
  paperwork: Paperwork;
  secrets: Secrets;
  log: Log;
}

/** How long one step is ours. Its calls, with a document's file among them, are over by then. */
export const HELD_MS = 120_000;

export interface Stand {
  row: SmsRequestRow;
  /** Whether there is more to do at once. */
  more: boolean;
}

type Change = Partial<SmsRequestRow>;

/** Commits what a step came to. @throws TakenOver where the request is not ours any more; then nothing is kept */
export async function keep(
  { database }: SmsRequestParts,
  row: SmsRequestRow,
  change: Change,
  dueAt: Date | null,
  also: (tx: Tx) => Promise<unknown> = async () => {},
): Promise<SmsRequestRow> {
  return database.tx(row.workspaceId, async (tx) => {
    const kept = await updateRequest(tx, { ...row, ...change });
    if (!kept) throw new TakenOver(`the request ${row.id} is not ours any more`);
    await setDue(tx.ground, kept, dueAt);
    if (kept.state !== row.state && (kept.state === "approved" || kept.state === "rejected"))
      await audit(tx, { by: SYSTEM, verb: `sms_request.${kept.state}`, thing: requestAsThing(kept) });
    await also(tx);
    const told = (each: SmsRequestRow) =>
      JSON.stringify([each.state, each.problem, each.findingCount, each.checkedAt, each.validUntil]);
    if (told(kept) !== told(row)) {
      const actor = row.state === "in_review" || row.state === "approved" ? SYSTEM : row.actor;
      await tx.emit({ type: "sms_request.changed", data: { requestId: row.id }, actor });
    }
    return kept;
  });
}

export const after = ({ database }: SmsRequestParts, ms: number) =>
  new Date(database.outside.world.now().getTime() + ms);

/** The step is done, the next one begins. */
export async function goOn(parts: SmsRequestParts, row: SmsRequestRow, change: Change): Promise<Stand> {
  const next = { problem: null, askedAt: null, tries: 0, ...change };
  return { row: await keep(parts, row, next, after(parts, HELD_MS)), more: true };
}

/** Nothing more is done now. @param dueAt when it is looked at again by itself; null: not before somebody asks for it */
export async function settle(
  parts: SmsRequestParts,
  row: SmsRequestRow,
  change: Change,
  dueAt: Date | null,
): Promise<Stand> {
  const settled = { problem: null, askedAt: null, tries: 0, goal: null, ...change };
  return { row: await keep(parts, row, settled, dueAt), more: false };
}

/** Written down before the provider is asked to make something: whoever comes after us knows that it may be under way. */
export const aboutToAsk = (parts: SmsRequestParts, row: SmsRequestRow, change: Change): Promise<SmsRequestRow> =>
  keep(parts, row, { ...change, askedAt: after(parts, 0) }, after(parts, HELD_MS));

/** The step is tried again, later each time. */
export async function putOff(parts: SmsRequestParts, row: SmsRequestRow, stuck: Stuck): Promise<Stand> {
  const change = { tries: row.tries + 1, problem: problemOf(stuck) };
  return { row: await keep(parts, row, change, againAt(after(parts, 0), row)), more: false };
}

/** Whether what was asked for may still be about to happen. */
export const isInTheAir = (parts: SmsRequestParts, row: SmsRequestRow): boolean => inTheAirAt(after(parts, 0), row);

/** Waits until what is in the air has come down. */
export const letItSettle = (parts: SmsRequestParts, row: SmsRequestRow): Promise<Stand> =>
  putOff(parts, row, { ok: false, why: "lost", providerCode: null });

/** Nothing can be done without the account's credentials: somebody has to give them. */
export async function noAccount(parts: SmsRequestParts, row: SmsRequestRow): Promise<Stand> {
  const change = { problem: PROBLEMS.no_account, tries: row.tries + 1 };
  return { row: await keep(parts, row, change, after(parts, LONGEST_MS)), more: false };
}

/** The account's credentials, also where it was removed and added anew since; null: there are none. */
export async function credentialsFor(
  { database, secrets }: SmsRequestParts,
  row: SmsRequestRow,
): Promise<Credentials | null> {
  const found = await findPresentAccount(database.ground, row.providerAccountId);
  return found && credentialsOf(found, secrets);
}

/** By this name a thing is found again at the provider, whatever became of the answer to its making: the same papers, the same name. */
export const nameFor = ({ database }: SmsRequestParts, row: SmsRequestRow, content: unknown): string =>
  `Parley ${row.id} ${database.hashOf(row.workspaceId, "papers", JSON.stringify(content)).slice(0, 12)}`;
