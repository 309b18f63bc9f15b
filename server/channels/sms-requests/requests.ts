/** Requests for numbers that need papers: filled in here, handed to the provider's reviewers, and followed until they have decided. */

import type { AddressNeeded } from "../../../contract/channels.ts";
import type { SmsRequestId } from "../../../contract/ids.ts";
import { EMPTY_PAPERS, missingPapers } from "../../../contract/papers.ts";
import {
  type Asked,
  type KindWithPapers,
  type NewSmsRequest,
  type Papers,
  SENDING_STEPS,
  type SmsRequest,
  type SmsRequestSummary,
} from "../../../contract/sms-requests.ts";
import { audit, auditTyping, changesBetween } from "../../accounts/accounts.ts";
import type { Tx, View } from "../../platform/db/handles.ts";
import { conflict, invalid, notFound, Refusal, unavailable } from "../../platform/errors.ts";
import type { Caller } from "../../platform/http/route.ts";
import { type Lane, startLane } from "../../platform/lanes.ts";
import type { Stuck } from "../market.ts";
import type { Regulation } from "../paperwork.ts";
import { refuseManaged, usableAccount } from "../provider-accounts.ts";
import { TakenOver } from "../retries.ts";
import { requestAsThing } from "../things.ts";
import { after, HELD_MS, type SmsRequestParts } from "./act.ts";
import { dropUnused, filesOf, openContents, sealContents } from "./papers.ts";
import { problemOf } from "./problems.ts";
import { STEPS } from "./steps.ts";
import {
  claimDue,
  findRequest,
  insertRequest,
  lockRequest,
  NOTHING_MADE,
  nextDue,
  type SmsRequestRow,
  setDue,
  takeRequest,
  updateRequest,
} from "./store.ts";

type Sealing = Pick<SmsRequestParts, "secrets">;

const stepOf = (state: string): SmsRequest["step"] => SENDING_STEPS.find((each) => each === state) ?? null;

export function statusOf({ state }: SmsRequestRow): SmsRequest["status"] {
  if (state === "removed" || stepOf(state) !== null) return "sending";
  return state as SmsRequest["status"];
}

export function summaryJson(row: SmsRequestRow): SmsRequestSummary {
  const { id, providerAccountId, country, numberType, endUserType, goal, problem, findingCount } = row;
  return {
    ...{ id, providerAccountId, country, numberType, endUserType, goal, problem, findingCount },
    ...{ status: statusOf(row), step: stepOf(row.state), erased: row.papersEnvelope === null },
    createdAt: row.createdAt.toISOString(),
    checkedAt: row.checkedAt?.toISOString() ?? null,
    submittedAt: row.submittedAt?.toISOString() ?? null,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    validUntil: row.validUntil?.toISOString() ?? null,
  };
}

export async function requestJson(view: View, parts: Sealing, row: SmsRequestRow) {
  const { papers, findings } = openContents(parts.secrets, row);
  const files = await filesOf(view, parts.secrets, row.id);
  return { ...summaryJson(row), asked: row.asked, papers, findings, files };
}

export async function requestOf(view: View, id: SmsRequestId): Promise<SmsRequestRow> {
  const row = await findRequest(view, id);
  if (!row) throw notFound("request");
  return row;
}

function refusalOf(stuck: Stuck): Refusal {
  const { code, message } = problemOf(stuck);
  if (stuck.why === "away" || stuck.why === "lost")
    return unavailable(
      "provider_unreachable",
      "Twilio can't be reached right now. Nothing was changed: try again in a minute.",
    );
  return invalid(code, message, "providerAccountId");
}

type Place = Pick<NewSmsRequest, "country" | "providerAccountId">;

async function regulationsOf(parts: SmsRequestParts, { country, providerAccountId }: Place, caller: Caller) {
  const { database, secrets, paperwork } = parts;
  const { row: account, credentials } = await usableAccount(database.ground, secrets, caller, providerAccountId);
  await refuseManaged(database.ground, account);
  const found = await paperwork.regulations(database.outside, credentials, country);
  if (!found.ok) throw refusalOf(found);
  return { account, credentials, regulations: found.items };
}

/** The kinds of numbers for which a country asks for papers. @throws Refusal where the provider can't be asked */
export async function kindsWithPapers(parts: SmsRequestParts, place: Place, caller: Caller): Promise<KindWithPapers[]> {
  const { regulations } = await regulationsOf(parts, place, caller);
  return regulations.map(({ numberType, endUserType, friendlyName: title }) => ({ numberType, endUserType, title }));
}

const askedBy = (regulation: Regulation | undefined, address: AddressNeeded, title: string): Asked => ({
  title: regulation?.friendlyName ?? title,
  endUser: regulation?.endUser ?? [],
  address,
  documents: regulation?.documents ?? [],
  reviewed: regulation !== undefined,
});

/** Begins a draft with what the country asks for. @throws Invalid no_papers_needed */
export async function beginRequest(parts: SmsRequestParts, body: NewSmsRequest, caller: Caller): Promise<SmsRequest> {
  const { database, paperwork, secrets } = parts;
  const { country, numberType, endUserType } = body;
  const { account, credentials, regulations } = await regulationsOf(parts, body, caller);
  const regulation = regulations.find((each) => each.numberType === numberType && each.endUserType === endUserType);
  const address = await paperwork.addressNeeded(database.outside, credentials, { country, numberType });
  if (!address.ok) throw refusalOf(address);
  const needed = address.needed ?? "none";
  if (!regulation && needed === "none")
    throw invalid(
      "no_papers_needed",
      "Twilio asks for no papers for such a number. Get it under Channels, or choose another type of number.",
      "numberType",
    );
  return database.tx(caller.workspaceId, async (tx) => {
    const papers: Papers = { ...EMPTY_PAPERS, address: { ...EMPTY_PAPERS.address, country } };
    const row: SmsRequestRow = {
      ...{ id: tx.id("smr"), accountId: caller.accountId, workspaceId: caller.workspaceId, state: "draft", goal: null },
      ...{ providerAccountId: account.id, country, numberType, endUserType, regulationSid: null, made: NOTHING_MADE },
      ...{ problem: null, askedAt: null, tries: 0, actor: caller.actor, turn: 0, createdAt: tx.now, checkedAt: null },
      ...{ submittedAt: null, decidedAt: null, validUntil: null },
      ...sealContents(secrets, caller.workspaceId, { papers, findings: [] }),
      asked: askedBy(regulation, needed, `${country}: ${numberType}`),
    };
    const begun = { ...row, regulationSid: regulation?.regulationSid ?? null };
    await insertRequest(tx, begun);
    await audit(tx, { by: caller.actor, verb: "sms_request.begun", thing: requestAsThing(begun) });
    await tx.emit({ type: "sms_request.changed", data: { requestId: row.id }, actor: caller.actor });
    return requestJson(tx, parts, begun);
  });
}

/** Held by nobody else until the commit. @throws NotFound, Conflict request_not_editable */
export async function editable(tx: Tx, id: SmsRequestId): Promise<SmsRequestRow> {
  const row = await lockRequest(tx, id);
  if (!row) throw notFound("request");
  if (row.state === "draft" || row.state === "rejected") return row;
  throw conflict(
    "request_not_editable",
    "It is on its way, or Twilio has decided on it: what was filled in can’t be changed now. Withdraw it, or begin a new one.",
    { requestStatus: statusOf(row) },
  );
}

/** Keeps what was typed, to the letter. What the provider found wrong stays until it is asked again. */
export async function fillIn(
  tx: Tx,
  parts: Sealing,
  id: SmsRequestId,
  papers: Papers,
  caller: Caller,
): Promise<SmsRequest> {
  const row = await editable(tx, id);
  const { papers: before, findings } = openContents(parts.secrets, row);
  const sealed = sealContents(parts.secrets, row.workspaceId, { papers, findings });
  const kept = await updateRequest(tx, { ...row, ...sealed, checkedAt: null });
  if (!kept) throw movedOn();
  const changes = changesBetween(before, papers, []); // whose papers they are is nobody's business: names alone
  await auditTyping(tx, { by: caller.actor, verb: "sms_request.filled_in", thing: requestAsThing(row), changes });
  await tx.emit({ type: "sms_request.changed", data: { requestId: id }, actor: caller.actor });
  return requestJson(tx, parts, kept);
}

export const movedOn = () => conflict("request_moved_on", "It went a step further in this moment. Try again.");

/**
 * Hands what was filled in to the provider, as far as its own check or to its reviewers; it goes on by itself where the provider
 * can't be reached or its answer was lost.
 * @throws Invalid papers_missing, naming each field
 */
export async function send(
  parts: SmsRequestParts,
  id: SmsRequestId,
  goal: "check" | "review",
  caller: Caller,
): Promise<SmsRequest> {
  const { database, secrets } = parts;
  const held = await database.tx(caller.workspaceId, async (tx) => {
    const row = await editable(tx, id);
    const { papers } = openContents(secrets, row);
    const missing = missingPapers(row.asked, papers);
    if (missing.length > 0)
      throw new Refusal(422, "papers_missing", "Something is not filled in yet: `errors` names each field.", {
        errors: missing.map((each) => ({ ...each, code: "papers_missing" })),
      });
    await dropUnused(tx, id, papers);
    const begun = await updateRequest(tx, {
      ...{ ...row, state: "address", goal, problem: null, tries: 0, checkedAt: null, actor: caller.actor },
    });
    if (!begun) throw movedOn();
    await setDue(tx.ground, begun, new Date(tx.now.getTime() + HELD_MS));
    const verb = goal === "check" ? "sms_request.checked" : "sms_request.submitted";
    await audit(tx, { by: caller.actor, verb, thing: requestAsThing(row) });
    await tx.emit({ type: "sms_request.changed", data: { requestId: id }, actor: caller.actor });
    return begun;
  });
  await work(parts, held).catch((error) => {
    // It is stored already: whatever breaks here stops nothing, the lane takes it up again.
    if (!(error instanceof TakenOver)) parts.log.error({ error, requestId: id }, "a step of a request broke");
  });
  return database.view(caller.workspaceId, async (view) => requestJson(view, parts, await requestOf(view, id)));
}

async function work(parts: SmsRequestParts, held: SmsRequestRow): Promise<void> {
  let stand = { row: held, more: true };
  while (stand.more) stand = await STEPS[stand.row.state](parts, stand.row);
}

/** It is short because it learns in this way alone that a request was handed in beside it, and its first look is soon. */
const IDLE_MS = 5000;

/** Finishes what a crash left, and what had to wait; and asks how reviews stand. */
export function startSmsRequests(parts: SmsRequestParts): Lane {
  const { database, log } = parts;
  const { world } = database.outside;
  return startLane("sms requests", {
    world,
    log,
    idleMs: IDLE_MS,
    async step() {
      const due = await claimDue(database.ground, after(parts, HELD_MS));
      if (!due) return nextDue(database.ground);
      const held = await database.tx(due.workspaceId, (tx) => takeRequest(tx, due.id));
      if (!held) {
        await setDue(database.ground, due, null);
        return "now";
      }
      await work(parts, held).catch((error) => {
        if (!(error instanceof TakenOver)) throw error;
        log.info({ requestId: held.id }, "somebody else goes on with a request");
      });
      return "now";
    },
  });
}
