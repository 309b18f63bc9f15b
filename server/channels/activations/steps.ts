/** The steps from wanting a number to having it connected. Each finds what is there already before it makes anything. */
import type { Activation } from "../../../contract/activations.ts";
import { auditAccount } from "../../accounts/accounts.ts";
import type { Credentials } from "../channel.ts";
import { tokenPlace } from "../directory.ts";
import type { HeldNumber, Stuck, Subaccount } from "../market.ts";
import { keepNewConnection } from "../new-connection.ts";
import { passes } from "../problems.ts";
import { findConnectionBySender, keepCallsUrl, upsertProviderAccount } from "../store.ts";
import { accountAsThing } from "../things.ts";
import { answerFromTheStart } from "../voice/voice.ts";
import { callEndedUrl, callUrl, inboundUrl, isPolled } from "../webhook-urls.ts";
import {
  type ActivationParts,
  aboutToAsk,
  goOn,
  holderOf,
  isInTheAir,
  letItSettle,
  noAccount,
  parentOf,
  putOff,
  type Stand,
  settle,
  subaccountName,
  undo,
} from "./act.ts";
import { endStep } from "./end.ts";
import { PROBLEMS, problemOf } from "./problems.ts";
import type { ActivationRow } from "./store.ts";

type Step = (parts: ActivationParts, row: ActivationRow) => Promise<Stand>;

const stop = (parts: ActivationParts, row: ActivationRow, stuck: Stuck): Promise<Stand> =>
  passes(stuck) ? putOff(parts, row, stuck) : undo(parts, row, problemOf(stuck));

/** What was asked for is in the air only where the answer was lost; otherwise it stands as it did before. */
const unanswered = (asking: ActivationRow, before: ActivationRow, stuck: Stuck): ActivationRow =>
  stuck.why === "lost" ? asking : { ...asking, askedAt: before.askedAt };

async function openSubaccount(parts: ActivationParts, row: ActivationRow): Promise<Stand> {
  const { market, database } = parts;
  const { outside } = database;
  const parent = await parentOf(parts, row);
  if (!parent) return noAccount(parts, row);
  const found = await market.findSubaccounts(outside, parent, subaccountName(row));
  if (!found.ok) return stop(parts, row, found);
  const [first, ...more] = found.items;
  for (const each of more) {
    const closed = await market.closeSubaccount(outside, parent, each.accountSid);
    if (!closed.ok) return stop(parts, row, closed);
  }
  if (first) return hold(parts, row, parent, first);
  if (isInTheAir(parts, row)) return letItSettle(parts, row);
  const asking = await aboutToAsk(parts, row);
  const opened = await market.openSubaccount(outside, parent, subaccountName(row));
  return opened.ok ? hold(parts, asking, parent, opened) : stop(parts, unanswered(asking, row, opened), opened);
}

/** Keeps the subaccount's credentials, and with them the subaccount. */
const hold = (parts: ActivationParts, row: ActivationRow, parent: Credentials, opened: Subaccount): Promise<Stand> =>
  goOn(parts, row, { state: "subaccount" }, async (tx) => {
    const kept = await upsertProviderAccount(tx.ground, {
      accountId: row.accountId,
      provider: "twilio",
      accountSid: opened.accountSid,
      kind: parent.simulated ? "simulated" : "managed",
      status: "active",
      type: "full",
      friendlyName: row.friendlyName ?? "Opened by Parley",
      authTokenEnvelope: parts.secrets.seal(opened.authToken, tokenPlace(opened.accountSid)),
    });
    if (kept.fresh) {
      const thing = accountAsThing(kept);
      await auditAccount(tx.ground, kept.accountId, { by: row.actor, verb: "provider_account.connected", thing });
    }
    return { providerAccountId: kept.id };
  });

/** After so many answers that a number is gone, though we may have bought it ourselves, it is believed. */
const BELIEVED_AFTER = 3;
const MOST_PICKS = 8;

async function buyNumber(parts: ActivationParts, row: ActivationRow): Promise<Stand> {
  const { market, database } = parts;
  const { outside } = database;
  const holder = await holderOf(parts, row);
  if (!holder) return noAccount(parts, row);
  const managed = row.kind === "managed";
  const held = await market.heldNumbers(outside, holder, managed ? null : row.phoneNumber);
  if (!held.ok) return stop(parts, row, held);
  const [first, ...more] = held.items;
  // A subaccount is opened for one number: whatever is in it is ours.
  for (const each of managed ? more : []) {
    const released = await market.releaseNumber(outside, holder, each.sid);
    if (!released.ok) return stop(parts, row, released);
  }
  if (first && !managed && row.askedAt === null) return undo(parts, row, PROBLEMS.owned_already);
  if (first) return own(parts, row, first);
  if (isInTheAir(parts, row)) return letItSettle(parts, row);

  const picked = row.phoneNumber ?? (await pick(parts, row, holder));
  if (typeof picked !== "string") return picked ? stop(parts, row, picked) : undo(parts, row, PROBLEMS.no_number);
  if (await connectedHere(parts, picked)) return undo(parts, row, PROBLEMS.connected_elsewhere);
  const mayBeOurs = row.askedAt !== null;
  const asking = await aboutToAsk(parts, row, { phoneNumber: picked });
  const bought = await market.buyNumber(outside, holder, picked, row);
  if (bought.ok) return own(parts, asking, bought);
  if (bought.why !== "number_taken") return stop(parts, unanswered(asking, row, bought), bought);
  if (mayBeOurs && row.tries < BELIEVED_AFTER) return letItSettle(parts, asking);
  const settled = { ...asking, askedAt: null };
  if (!managed) return undo(parts, settled, PROBLEMS.number_taken);
  if (row.tries >= MOST_PICKS) return undo(parts, settled, PROBLEMS.no_number);
  return goOn(parts, settled, { phoneNumber: null, tries: row.tries + 1 });
}

/** Who released a number at Twilio may not have disconnected it here yet: then it can't be connected to anybody else. */
const connectedHere = ({ database }: ActivationParts, phoneNumber: string) =>
  findConnectionBySender(database.ground, { phoneNumber, messagingServiceSid: null });

/** A number for sale that nobody has connected here; null: there is none. */
async function pick(parts: ActivationParts, row: ActivationRow, holder: Credentials): Promise<string | Stuck | null> {
  const { country, areaCode } = row;
  if (country === null) throw new Error(`the activation ${row.id} names neither number nor country`);
  const offered = await parts.market.offeredNumbers(parts.database.outside, holder, { country, areaCode });
  if (!offered.ok) return offered;
  for (const phoneNumber of offered.phoneNumbers) if (!(await connectedHere(parts, phoneNumber))) return phoneNumber;
  return null;
}

function own(parts: ActivationParts, row: ActivationRow, { sid, phoneNumber, sms }: HeldNumber): Promise<Stand> {
  if (sms) return goOn(parts, row, { state: "number", phoneNumber, numberSid: sid });
  return goOn(parts, row, { state: "undoing", numberSid: sid, problem: PROBLEMS.not_sms_capable });
}

async function setWebhooks(parts: ActivationParts, row: ActivationRow): Promise<Stand> {
  const { market, database, publicUrl, providerUrl } = parts;
  const holder = await holderOf(parts, row);
  if (!holder || row.numberSid === null) return noAccount(parts, row);
  if (isPolled(holder, publicUrl, providerUrl)) return goOn(parts, row, { state: "webhooks", webhooksSet: false });
  const urls = { texts: inboundUrl(publicUrl), calls: callUrl(publicUrl), callsEnd: callEndedUrl(publicUrl) };
  const pointed = await market.pointNumber(database.outside, holder, row.numberSid, urls);
  if (!pointed.ok && passes(pointed)) return putOff(parts, row, pointed);
  // The number is there and works: what Twilio did not let us set, the channel shows for somebody to paste.
  return goOn(parts, row, { state: "webhooks", webhooksSet: pointed.ok && pointed.set });
}

async function connect(parts: ActivationParts, row: ActivationRow): Promise<Stand> {
  const { provider, database, publicUrl, providerUrl } = parts;
  const { phoneNumber, numberSid } = row;
  const holder = await holderOf(parts, row);
  if (!holder || phoneNumber === null || numberSid === null) return noAccount(parts, row);
  const sender = await provider.findSender(database.outside, holder, { phoneNumber });
  if (!sender.ok) {
    if (sender.code === "number_not_sms_capable") return undo(parts, row, PROBLEMS.not_sms_capable);
    if (sender.code === "number_not_on_account") return undo(parts, row, PROBLEMS.vanished);
    // The number is paid for: what is wrong with the account can be mended, and then it goes on.
    if (sender.code === "provider_refused")
      return putOff(parts, row, { ok: false, why: "refused", providerCode: sender.providerCode });
    const why = sender.code === "provider_unreachable" ? "away" : sender.code;
    return putOff(parts, row, { ok: false, why, providerCode: null });
  }
  const isOurs = (there: { accountId: string; workspaceId: string }) =>
    there.accountId === row.accountId && there.workspaceId === row.workspaceId;
  const before = await connectedHere(parts, phoneNumber);
  if (before && !isOurs(before)) {
    const problem = PROBLEMS.connected_elsewhere;
    // Another workspace of the business uses it by now: then it is bought, and theirs.
    if (before.accountId === row.accountId) return settle(parts, row, { state: "undone", problem });
    return undo(parts, row, problem);
  }
  return settle(parts, row, { state: "connected", problem: null, providerAccountId: holder.id }, async (tx) => {
    const there = await findConnectionBySender(tx.ground, { phoneNumber, messagingServiceSid: null });
    if (there && isOurs(there)) return { connectionId: there.id }; // somebody connected it by hand in the meantime
    const { accountId, friendlyName, agentId, environment, webhooksSet: webhookSet } = row;
    const given = {
      ...{ accountId, providerAccountId: holder.id, sender: { phoneNumber }, found: sender, friendlyName, environment },
      ...{ webhookUrl: inboundUrl(publicUrl), webhookSet, polled: isPolled(holder, publicUrl, providerUrl) },
      agent: agentId && (await parts.resolveAgent(tx, agentId, environment)),
    };
    const kept = await keepNewConnection(tx, given, row.actor);
    if (webhookSet) await keepCallsUrl(tx.ground, kept, callUrl(publicUrl));
    if (row.kind === "managed") await answerFromTheStart(tx, kept.id);
    return { connectionId: kept.id };
  });
}

const over: Step = async (_parts, row) => ({ row, more: false });

export const STEPS: Record<Activation["state"], Step> = {
  wanted: (parts, row) => (row.kind === "managed" ? openSubaccount(parts, row) : buyNumber(parts, row)),
  subaccount: buyNumber,
  number: setWebhooks,
  webhooks: connect,
  connected: over,
  undoing: endStep,
  undone: over,
  releasing: endStep,
  released: over,
};
