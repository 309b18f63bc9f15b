/** Letting go of a request: withdrawn, deleted, or erased here while an approval stays as it is. */
import type { SmsRequestId } from "../../../contract/ids.ts";
import { EMPTY_PAPERS } from "../../../contract/papers.ts";
import type { SmsRequest } from "../../../contract/sms-requests.ts";
import { audit } from "../../accounts/accounts.ts";
import type { Tx } from "../../platform/db/handles.ts";
import { conflict, notFound } from "../../platform/errors.ts";
import type { Caller } from "../../platform/http/route.ts";
import { requestAsThing } from "../things.ts";
import type { SmsRequestParts } from "./act.ts";
import { dropUnused } from "./papers.ts";
import { movedOn, requestJson, statusOf } from "./requests.ts";
import { deleteRequest, lockRequest, type SmsRequestRow, setDue, updateRequest } from "./store.ts";
import { isNothing } from "./take-back.ts";

type Sealing = Pick<SmsRequestParts, "secrets">;

/**
 * Takes a request back: what was filled in is erased here at once, and what it made at the provider goes as soon as that lets it.
 * @throws Conflict request_not_withdrawable
 */
export async function withdraw(tx: Tx, parts: Sealing, id: SmsRequestId, caller: Caller): Promise<SmsRequest> {
  const row = await lockRequest(tx, id);
  if (!row) throw notFound("request");
  if (!["sending", "in_review", "rejected"].includes(statusOf(row)))
    throw conflict(
      "request_not_withdrawable",
      row.state === "draft"
        ? "It was not sent yet. Delete it instead."
        : "There is nothing to withdraw: it is approved, or was withdrawn. What was filled in can be erased.",
      { requestStatus: statusOf(row) },
    );
  const kept = await letGo(tx, row, "withdrawn", caller);
  return requestJson(tx, parts, kept);
}

async function letGo(tx: Tx, row: SmsRequestRow, state: "withdrawn" | "removed", caller: Caller) {
  await dropUnused(tx, row.id, EMPTY_PAPERS);
  const change = { papersEnvelope: null, findingCount: 0, goal: null, problem: null, tries: 0, actor: caller.actor };
  const kept = await updateRequest(tx, { ...row, ...change, state, checkedAt: null });
  if (!kept) throw movedOn();
  await setDue(tx.ground, kept, tx.now);
  await audit(tx, { by: caller.actor, verb: `sms_request.${state}`, thing: requestAsThing(row) });
  await tx.emit({ type: "sms_request.changed", data: { requestId: row.id }, actor: caller.actor });
  return kept;
}

/** Deletes a draft, or one that came to nothing. @throws Conflict request_not_deletable */
export async function removeRequest(tx: Tx, id: SmsRequestId, caller: Caller): Promise<undefined> {
  const row = await lockRequest(tx, id);
  if (!row) throw notFound("request");
  if (!["draft", "rejected", "withdrawn"].includes(row.state))
    throw conflict(
      "request_not_deletable",
      "It is with Twilio, or a number may depend on it. Withdraw it first; of an approved one, erase what was filled in.",
      { requestStatus: statusOf(row) },
    );
  await letGo(tx, row, "removed", caller);
  if (!isNothing(row.made)) return;
  await setDue(tx.ground, row, null);
  await deleteRequest(tx, id);
}

/** Erases here what was filled in. What the provider has stays with it: numbers depend on it. @throws Conflict request_not_erasable */
export async function erase(tx: Tx, parts: Sealing, id: SmsRequestId, caller: Caller): Promise<SmsRequest> {
  const row = await lockRequest(tx, id);
  if (!row) throw notFound("request");
  if (row.state !== "approved" && row.state !== "ready")
    throw conflict(
      "request_not_erasable",
      "What was filled in is still needed. Delete or withdraw the whole request: that erases it too.",
      { requestStatus: statusOf(row) },
    );
  await dropUnused(tx, id, EMPTY_PAPERS);
  const kept = await updateRequest(tx, { ...row, papersEnvelope: null, findingCount: 0 });
  if (!kept) throw movedOn();
  await audit(tx, { by: caller.actor, verb: "sms_request.erased", thing: requestAsThing(row) });
  await tx.emit({ type: "sms_request.changed", data: { requestId: id }, actor: caller.actor });
  return requestJson(tx, parts, kept);
}
