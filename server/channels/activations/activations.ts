/** Getting numbers at the provider, and giving managed ones back: one resumable act each, recorded step by step. */
import type { Activation, NewActivation, NewPurchase } from "../../../contract/activations.ts";
import type { ActivationId } from "../../../contract/ids.ts";
import { maskPhone } from "../../../contract/phone.ts";
import { audit, changesBetween } from "../../accounts/accounts.ts";
import { violates } from "../../platform/db/pool.ts";
import { conflict, invalid, notFound, type Refusal, unavailable } from "../../platform/errors.ts";
import type { Caller } from "../../platform/http/route.ts";
import { type Lane, startLane } from "../../platform/lanes.ts";
import { requireAgent } from "../channels.ts";
import { refuseManaged, usableAccount } from "../provider-accounts.ts";
import { TakenOver } from "../retries.ts";
import { approvedPapers } from "../sms-requests/approved.ts";
import {
  findConnection,
  findConnectionBySender,
  findProviderAccount,
  listProviderAccounts,
  markDisconnected,
} from "../store.ts";
import { asThing } from "../things.ts";
import { type ActivationParts, HELD_MS } from "./act.ts";
import { GIVEN_UP, PROBLEMS } from "./problems.ts";
import { STEPS } from "./steps.ts";
import { type ActivationRow, claimDue, findActivation, insertActivation, nextDue, updateActivation } from "./store.ts";

export function activationJson(row: ActivationRow): Activation {
  const { id, kind, state, country, phoneNumber, friendlyName, providerAccountId, problem } = row;
  return {
    ...{ id, kind, state, country, phoneNumber, friendlyName, providerAccountId, problem },
    channelId: row.connectionId,
    createdAt: row.createdAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
  };
}

/** Goes on until it is settled or has to wait; whatever throws here is found by the lane. */
async function work(parts: ActivationParts, held: ActivationRow): Promise<ActivationRow> {
  let stand = { row: held, more: true };
  while (stand.more) stand = await STEPS[stand.row.state](parts, stand.row);
  return stand.row;
}

/**
 * The same for somebody who waits for it: where it is another's by now, they hear how far that one is. It is stored already,
 * so whatever breaks here stops nothing: the lane takes it up again, and the answer says where to look.
 */
const workFor = (parts: ActivationParts, held: ActivationRow, caller: Caller): Promise<ActivationRow> =>
  work(parts, held)
    .catch((error) => {
      if (!(error instanceof TakenOver)) throw error;
      return stored(parts, caller, held.id);
    })
    .catch((error) => {
      parts.log.error({ error, activationId: held.id }, "a step of an activation broke; the lane goes on with it");
      return { ...held, problem: PROBLEMS.interrupted };
    });

/** Opens a subaccount for the workspace and buys a number in it. @throws Refusal where that can't be had */
export async function activate(parts: ActivationParts, body: NewActivation, caller: Caller): Promise<Activation> {
  const parent = await parentFor(parts, body, caller);
  const { country, areaCode = null } = body;
  return begin(parts, body, caller, {
    ...{ kind: "managed", country, areaCode, phoneNumber: null, providerAccountId: null },
    ...{ parentId: parent.id, parentSid: parent.accountSid, addressSid: null, bundleSid: null },
  });
}

/** Buys a number in the business's own account and connects it. @throws Refusal where that can't be had */
export async function buy(parts: ActivationParts, body: NewPurchase, caller: Caller): Promise<Activation> {
  const { database, secrets } = parts;
  const { row } = await usableAccount(database.ground, secrets, caller, body.providerAccountId);
  await refuseManaged(database.ground, row);
  const taken = await findConnectionBySender(database.ground, {
    phoneNumber: body.phoneNumber,
    messagingServiceSid: null,
  });
  if (taken?.accountId === caller.accountId)
    throw conflict("number_already_connected", "This number is connected already. Open its channel.", {
      channelId: taken.id,
    });
  const { smsRequestId } = body;
  const papers = smsRequestId
    ? await database.view(caller.workspaceId, (view) => approvedPapers(view, smsRequestId, row.id))
    : { addressSid: null, bundleSid: null };
  return begin(parts, body, caller, {
    ...papers,
    ...{ kind: "bought", country: null, areaCode: null, parentId: null, parentSid: null },
    ...{ phoneNumber: body.phoneNumber, providerAccountId: row.id },
  });
}

type Wanted = Pick<
  ActivationRow,
  | "kind"
  | "country"
  | "areaCode"
  | "parentId"
  | "parentSid"
  | "phoneNumber"
  | "providerAccountId"
  | "addressSid"
  | "bundleSid"
>;

async function begin(
  parts: ActivationParts,
  { agentId, friendlyName, environment }: Pick<NewPurchase, "agentId" | "friendlyName" | "environment">,
  caller: Caller,
  wanted: Wanted,
): Promise<Activation> {
  const { database } = parts;
  const held = await database
    .tx(caller.workspaceId, async (tx) => {
      if (agentId) await requireAgent(tx, agentId, environment, parts.resolveAgent);
      const row: ActivationRow = {
        ...wanted,
        ...{ id: tx.id("act"), accountId: caller.accountId, workspaceId: caller.workspaceId, state: "wanted" },
        ...{ agentId: agentId ?? null, friendlyName: friendlyName ?? null, environment, actor: caller.actor },
        ...{ numberSid: null, connectionId: null, webhooksSet: false, problem: null, askedAt: null, settledAt: null },
        ...{ tries: 0, turn: 0, createdAt: tx.now, dueAt: new Date(tx.now.getTime() + HELD_MS) },
      };
      await insertActivation(tx.ground, row);
      // It may have been removed in this moment.
      for (const id of [row.providerAccountId, row.parentId])
        if (id && (await findProviderAccount(tx.ground, id))?.status === "disconnected")
          throw notFound("provider account");
      const { kind, country } = row;
      const changes = changesBetween({}, { kind, country }, ["kind", "country"]);
      await audit(tx, { by: caller.actor, verb: "activation.started", thing: asThing(row), changes });
      await tx.emit({ type: "activation.changed", data: { activationId: row.id }, actor: caller.actor });
      return row;
    })
    .catch((error) => {
      if (violates(error, "activations_managed"))
        throw conflict(
          "already_activated",
          "This workspace has a number from Parley, or is getting one. Deactivate that one first.",
        );
      if (violates(error, "activations_number"))
        throw conflict("activation_under_way", "This number is being bought already. Wait until that is over.");
      throw error;
    });
  const row = await workFor(parts, held, caller);
  if (row.state === "undone" && row.problem) throw refusalOf(row, row.problem);
  return activationJson(row);
}

const CONFLICTS = new Set(["number_gone", "number_already_owned", "no_number_found", "number_connected_elsewhere"]);

/** What somebody else would have to do first is a conflict; what the account's owner has to mend, a wrong field. */
function refusalOf({ id, kind }: ActivationRow, { code, message }: NonNullable<Activation["problem"]>): Refusal {
  const more = { activationId: id };
  if (CONFLICTS.has(code)) return conflict(code, message, more);
  if (code === "provider_unreachable") return unavailable(code, message);
  return invalid(code, message, kind === "bought" ? "phoneNumber" : "country", more);
}

/** Under which account it would be; `id` null: the installation's own. @throws Refusal where there is none */
export async function parentFor(
  parts: ActivationParts,
  { providerAccountId }: Pick<NewActivation, "providerAccountId">,
  caller: Caller,
) {
  const { database, secrets, parent } = parts;
  if (!providerAccountId && parent) return { id: null, accountSid: parent.accountSid };
  const own = (await listProviderAccounts(database.ground, caller.accountId)).find(
    (each) => each.kind !== "managed" && each.authTokenEnvelope !== null,
  );
  if (!providerAccountId && !own)
    throw invalid(
      "no_parent_account",
      "There is no Twilio account to open a subaccount under. Add one under Channels, or set PARLEY_TWILIO_ACCOUNT_SID and PARLEY_TWILIO_AUTH_TOKEN.",
      "providerAccountId",
    );
  const { row } = await usableAccount(database.ground, secrets, caller, providerAccountId ?? own?.id);
  if (row.kind === "managed")
    throw invalid(
      "account_is_managed",
      "This account is a subaccount itself. Name the one that it is under.",
      "providerAccountId",
    );
  return { id: row.id, accountSid: row.accountSid };
}

async function stored({ database }: ActivationParts, caller: Caller, id: ActivationId): Promise<ActivationRow> {
  const row = await findActivation(database.ground, caller.workspaceId, id);
  if (!row) throw notFound("activation");
  return row;
}

const digits = (text: string) => text.replace(/\D/g, "");

/**
 * Releases the number and closes the subaccount; what was said over it stays. A purchase that hangs is given up: Twilio is not
 * asked, because that may be what it hangs on. @param confirm the number's digits, typed
 */
export async function deactivate(
  parts: ActivationParts,
  id: ActivationId,
  confirm: string | undefined,
  caller: Caller,
): Promise<Activation> {
  const { database } = parts;
  const row = await stored(parts, caller, id);
  if (row.kind === "bought" && row.settledAt !== null)
    throw conflict(
      "not_managed",
      "This number is in your own Twilio account. Disconnect its channel here, and release it in the Twilio console.",
    );
  if (row.phoneNumber !== null && digits(confirm ?? "") !== digits(row.phoneNumber))
    throw invalid(
      "confirmation_wrong",
      "Type the whole number, with its country code: once it is given back, nobody can get it again for you.",
      "confirm",
    );
  if (row.kind === "bought") return giveUp(parts, row, caller);
  if (["undoing", "undone", "releasing", "released"].includes(row.state)) return activationJson(row);
  const held = await database.tx(caller.workspaceId, async (tx) => {
    const connection = row.connectionId && (await findConnection(tx.ground, row.workspaceId, row.connectionId));
    const ending = await updateActivation(tx.ground, {
      ...row,
      state: row.state === "connected" ? "releasing" : "undoing",
      ...{ problem: null, tries: 0, settledAt: null, actor: caller.actor },
      dueAt: new Date(tx.now.getTime() + HELD_MS),
    });
    if (!ending) return null;
    if (connection) {
      await markDisconnected(tx.ground, connection);
      await audit(tx, { by: caller.actor, verb: "channel.disconnected", thing: asThing(connection) });
      await tx.emit({ type: "channel.disconnected", data: { connectionId: connection.id }, actor: caller.actor });
    }
    await audit(tx, { by: caller.actor, verb: "activation.deactivated", thing: asThing(row) });
    await tx.emit({ type: "activation.changed", data: { activationId: id }, actor: caller.actor });
    return ending;
  });
  if (!held) throw movedOn();
  return activationJson(await workFor(parts, held, caller));
}

/** Whether Twilio has sold a number whose purchase is still under way; `maybe`: nobody here knows. */
function soldSoFar({ state, numberSid, askedAt }: ActivationRow): "yes" | "maybe" | "no" {
  if (askedAt !== null && (numberSid === null || state === "undoing")) return "maybe"; // its purchase or release is in the air
  return numberSid === null ? "no" : "yes";
}

async function giveUp({ database }: ActivationParts, row: ActivationRow, caller: Caller): Promise<Activation> {
  const ended = await database.tx(caller.workspaceId, async (tx) => {
    // Its release may be in the air: until that has come down, nobody connects it.
    const askedAt = row.numberSid === null ? null : row.askedAt;
    const over = { dueAt: null, settledAt: tx.now, askedAt, tries: 0, actor: caller.actor };
    const sold = soldSoFar(row);
    const kept = await updateActivation(tx.ground, { ...row, ...over, state: "undone", problem: GIVEN_UP[sold] });
    if (!kept) return null;
    const phoneNumber = row.phoneNumber && maskPhone(row.phoneNumber);
    const changes = changesBetween({}, { phoneNumber, sold }, ["phoneNumber", "sold"]);
    await audit(tx, { by: caller.actor, verb: "activation.given_up", thing: asThing(row), changes });
    await tx.emit({ type: "activation.changed", data: { activationId: row.id }, actor: caller.actor });
    return kept;
  });
  if (!ended) throw movedOn();
  return activationJson(ended);
}

const movedOn = () => conflict("activation_moved_on", "It went a step further in this moment. Try again.");

const IDLE_MS = 60_000;

/** Finishes what a crash left, and what had to wait. */
export function startActivations(parts: ActivationParts): Lane {
  const { database, log } = parts;
  const { world } = database.outside;
  return startLane("activations", {
    world,
    log,
    idleMs: IDLE_MS,
    async step() {
      const held = await claimDue(database.ground, new Date(world.now().getTime() + HELD_MS));
      if (!held) return nextDue(database.ground);
      await work(parts, held).catch((error) => {
        if (!(error instanceof TakenOver)) throw error;
        log.info({ activationId: held.id }, "somebody else goes on with an activation");
      });
      return "now";
    },
  });
}
