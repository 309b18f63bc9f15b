/** What a number is bought with where its country asks for papers: those that the provider has approved. */
import type { ProviderAccountId, SmsRequestId } from "../../../contract/ids.ts";
import type { View } from "../../platform/db/handles.ts";
import { conflict, invalid, notFound } from "../../platform/errors.ts";
import { findPresentAccount } from "../store.ts";
import { findRequest } from "./store.ts";

/** The SIDs of what the provider has. */
interface ApprovedPapers {
  addressSid: string | null;
  bundleSid: string | null;
}

/** @throws Refusal where it is not approved, or was made in another of the business's provider accounts */
export async function approvedPapers(
  view: View,
  id: SmsRequestId,
  providerAccountId: ProviderAccountId,
): Promise<ApprovedPapers> {
  const row = await findRequest(view, id);
  if (!row) throw notFound("request");
  if (row.state !== "approved" && row.state !== "ready")
    throw conflict(
      "request_not_approved",
      "Twilio has not approved this request, so no number can be bought with it. Look under Settings > SMS Requests how it stands.",
    );
  if ((await findPresentAccount(view.ground, row.providerAccountId))?.id !== providerAccountId)
    throw invalid(
      "request_of_other_account",
      "These papers are with another Twilio account. Buy the number in that one.",
      "providerAccountId",
    );
  return { addressSid: row.made.address?.sid ?? null, bundleSid: row.made.bundle?.sid ?? null };
}
