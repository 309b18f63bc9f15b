/** How an activation goes on: each step ends in one commit, and only whoever holds the activation may make it. */
import type { AuditVerb } from "../../../contract/audit.ts";
import type { ProviderAccountId } from "../../../contract/ids.ts";
import { audit } from "../../accounts/accounts.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Tx } from "../../platform/db/handles.ts";
import type { Log } from "../../platform/log.ts";
import type { Secrets } from "../../platform/secrets.ts";
import type { Credentials, SmsProvider } from "../channel.ts";
import type { ResolveAgent } from "../channels.ts";
import { credentialsOf } from "../directory.ts";
import type { NumberMarket, Stuck } from "../market.ts";
import { againAt, inTheAirAt, LONGEST_MS, TakenOver } from "../retries.ts";
import { findConnectionBySender, findPresentAccount } from "../store.ts";
import { asThing } from "../things.ts";
import { PROBLEMS, problemOf } from "./problems.ts";
import { type ActivationRow, lockActivation, updateActivation } from "./store.ts";

export interface ActivationParts {
  database: Database;
  provider: SmsProvider;
  market: NumberMarket;
  secrets: Secrets;
  publicUrl: string;
  /** Where the provider of real accounts is. */
  providerUrl: string;
  resolveAgent: ResolveAgent;
  log: Log;
  /** The installation's own account, under which it may open subaccounts; null: it has none. */
  parent: Credentials | null;
}

/** How long one step is ours. Its calls, of at most 10 s each, are over by then. */
export const HELD_MS = 90_000;

export interface Stand {
  row: ActivationRow;
  /** Whether there is more to do at once. */
  more: boolean;
}

type Change = Partial<ActivationRow>;

/** Where it may come to, as the audit log says it. */
const ENDS: Partial<Record<ActivationRow["state"], AuditVerb>> = {
  connected: "activation.connected",
  undone: "activation.undone",
  released: "activation.released",
};

/** Commits what a step came to. @throws TakenOver where the activation is not ours any more; then nothing is kept */
async function keep(
  { database }: ActivationParts,
  row: ActivationRow,
  change: Change,
  also: (tx: Tx) => Promise<Change> = async () => ({}),
): Promise<ActivationRow> {
  return database.tx(row.workspaceId, async (tx) => {
    const kept = await updateActivation(tx.ground, { ...row, ...change, ...(await also(tx)) });
    if (!kept) throw new TakenOver(`the activation ${row.id} is not ours any more`);
    const end = kept.state === row.state ? undefined : ENDS[kept.state];
    if (end) await audit(tx, { by: row.actor, verb: end, thing: asThing(kept) });
    if (kept.state !== row.state || kept.problem?.code !== row.problem?.code)
      await tx.emit({ type: "activation.changed", data: { activationId: row.id }, actor: row.actor });
    return kept;
  });
}

const after = (parts: ActivationParts, ms: number) => new Date(parts.database.outside.world.now().getTime() + ms);

/** The step is done, the next one begins. */
export async function goOn(
  parts: ActivationParts,
  row: ActivationRow,
  change: Change,
  also?: (tx: Tx) => Promise<Change>,
): Promise<Stand> {
  const next = { problem: null, askedAt: null, tries: 0, dueAt: after(parts, HELD_MS), ...change };
  return { row: await keep(parts, row, next, also), more: true };
}

const OVER = { askedAt: null, tries: 0, dueAt: null };

/** All is done: nothing more happens by itself. */
export async function settle(
  parts: ActivationParts,
  row: ActivationRow,
  change: Change,
  also?: (tx: Tx) => Promise<Change>,
): Promise<Stand> {
  const now = after(parts, 0);
  const settled = { ...OVER, ...change, settledAt: now };
  return { row: await keep(parts, row, settled, also), more: false };
}

/** It can't be had: what there is of it goes back. What may be in the air still is waited for there. */
export const undo = (parts: ActivationParts, row: ActivationRow, problem: ActivationRow["problem"]): Promise<Stand> =>
  goOn(parts, row, { state: "undoing", problem, askedAt: row.askedAt });

/** Written down before the provider is asked for what costs money: whoever comes after us knows that it may be under way. */
export const aboutToAsk = (parts: ActivationParts, row: ActivationRow, change: Change = {}): Promise<ActivationRow> =>
  keep(parts, row, { ...change, askedAt: after(parts, 0), dueAt: after(parts, HELD_MS) });

/**
 * Written down before a bought number is released: from here on nobody connects it (../new-connection.ts). Where the business
 * has connected it by hand it is in use: it stays, and the activation ends here.
 */
export const aboutToRelease = (parts: ActivationParts, row: ActivationRow, numberSid: string): Promise<ActivationRow> =>
  keep(parts, row, {}, async (tx) => {
    await lockActivation(tx.ground, row); // before the look: who is connecting it in this moment holds it as well
    const user = await findConnectionBySender(tx.ground, { phoneNumber: row.phoneNumber, messagingServiceSid: null });
    if (user?.accountId === row.accountId) return { ...OVER, state: "undone", settledAt: after(parts, 0) };
    return { numberSid, askedAt: after(parts, 0), dueAt: after(parts, HELD_MS) };
  });

/** The step is tried again, later each time. What is being undone keeps the reason why. */
export async function putOff(parts: ActivationParts, row: ActivationRow, stuck: Stuck): Promise<Stand> {
  const kept = await keep(parts, row, {
    tries: row.tries + 1,
    problem: row.state === "undoing" ? row.problem : problemOf(stuck),
    dueAt: againAt(after(parts, 0), row),
  });
  return { row: kept, more: false };
}

/** Whether what was asked for may still be about to happen. */
export const isInTheAir = (parts: ActivationParts, row: ActivationRow): boolean => inTheAirAt(after(parts, 0), row);

/** Waits until what is in the air has come down. */
export const letItSettle = (parts: ActivationParts, row: ActivationRow): Promise<Stand> =>
  putOff(parts, row, { ok: false, why: "lost", providerCode: null });

/** Nothing can be done without the account's credentials: somebody has to give them. */
export async function noAccount(parts: ActivationParts, row: ActivationRow): Promise<Stand> {
  const change = { problem: PROBLEMS.no_account, tries: row.tries + 1, dueAt: after(parts, LONGEST_MS) };
  return { row: await keep(parts, row, change), more: false };
}

/** By this name a subaccount is found again, whatever became of the answer to its making. */
export const subaccountName = ({ id }: Pick<ActivationRow, "id">): string => `Parley ${id}`;

interface Holder extends Credentials {
  id: ProviderAccountId;
}

async function present({ database, secrets }: ActivationParts, id: ProviderAccountId): Promise<Holder | null> {
  const found = await findPresentAccount(database.ground, id);
  const credentials = found && credentialsOf(found, secrets);
  return credentials && { ...credentials, id: found.id };
}

/** The account under which the subaccount is; null where it is not known here any more. */
export async function parentOf(parts: ActivationParts, row: ActivationRow): Promise<Credentials | null> {
  const found = row.parentId ? await present(parts, row.parentId) : parts.parent;
  return found?.accountSid === row.parentSid ? found : null;
}

/** The account that holds the number, also where it was removed and added anew since. */
export const holderOf = async (parts: ActivationParts, row: ActivationRow): Promise<Holder | null> =>
  row.providerAccountId && present(parts, row.providerAccountId);
