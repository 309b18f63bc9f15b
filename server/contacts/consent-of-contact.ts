/** A contact's consent: its history, and acts that a member or a program records. */
import type { z } from "zod";
import type { ConsentEvent, NewConsent } from "../../contract/consent.ts";
import type { ContactId } from "../../contract/ids.ts";
import type { Page } from "../../contract/paging.ts";
import { audit } from "../accounts/accounts.ts";
import { forgetCallers } from "../channels/channels.ts";
import { eventJson, eventsOf, forgetEvidence, give, openReviewOf, withdraw } from "../consent/consent.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { invalid, notFound } from "../platform/errors.ts";
import type { Caller } from "../platform/http/route.ts";
import { pageOfRows } from "../platform/page.ts";
import { consentHashes, readContact } from "./contacts.ts";
import { addressesOf, deleteContact, lockContact } from "./store.ts";

const hashesOf = async (view: View, id: ContactId) => consentHashes(view, await addressesOf(view, [id]));

/** Newest first; the cursor is the last one's number in the ledger. */
export async function consentHistory(
  view: View,
  id: ContactId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<ConsentEvent>> {
  await readContact(view, id);
  const events = await eventsOf(view, await hashesOf(view, id), cursor ? Number(cursor) : null, limit + 1);
  return pageOfRows(events.map(eventJson), limit, (last) => String(last.seq));
}

/**
 * Records what the person said elsewhere. An opt-in over a standing opt-out needs a member (source `member`) who holds
 * consent.restore, and the proof.
 */
export async function recordConsent(
  tx: Tx,
  id: ContactId,
  body: z.output<typeof NewConsent>,
  caller: Caller,
): Promise<ConsentEvent> {
  const { phone } = await readContact(tx, id);
  if (!phone)
    throw invalid(
      "no_phone",
      "This contact has no phone number, so there is nothing to consent to on this channel.",
      "channel",
    );
  const member = caller.actor.type === "member";
  if (body.source === "member" && !member) {
    throw invalid(
      "source_not_allowed",
      "The source member is for people who are signed in. With an API key use api, form or import.",
      "source",
    );
  }
  const { channel, source, proof = null, disclosure = null } = body;
  const act = {
    channel,
    source,
    proof,
    disclosure,
    address: phone,
    sender: null,
    contactId: id,
    messageId: null,
    by: caller.actor,
  };
  if (body.action === "opt_out") return withdraw(tx, { ...act, action: "opt_out" });
  const restore = source === "member" && caller.permissions.has("consent.restore") && proof !== null;
  return give(tx, { ...act, action: "opt_in" }, restore);
}

/** Erases a person on request: words, name and evidence go; suppressions and the chain stay, without saying who. */
export async function eraseContact(tx: Tx, id: ContactId, caller: Caller): Promise<void> {
  if (!(await lockContact(tx, id))) throw notFound("contact");
  await endOpenReviews(tx, id, caller);
  const hashes = await hashesOf(tx, id);
  await forgetEvidence(tx, hashes);
  await forgetCallers(tx, hashes);
  await deleteContact(tx, id);
  await audit(tx, { by: caller.actor, verb: "contact.erased", thing: { id, name: null } });
  await tx.emit({ type: "contact.erased", data: { contactId: id }, actor: caller.actor });
}

/** Nobody can decide any more what an erased person meant, so it counts as a stop. */
async function endOpenReviews(tx: Tx, id: ContactId, { actor: by }: Caller): Promise<void> {
  for (const { channel, address } of await addressesOf(tx, [id])) {
    const hash = tx.hashOf(channel, address);
    const review = await openReviewOf(tx, channel, hash);
    if (!review) continue;
    const { sender, messageId } = review;
    await withdraw(tx, {
      ...{ channel, address: { hash }, action: "opt_out", sender, contactId: id, messageId, disclosure: null, by },
      source: by.type === "member" ? "member" : "api",
      proof: "Erased while it was not decided whether they meant stop.",
    });
  }
}
