/** Consent: who said yes and who said stop, by address and sender, and the proof of it. */
import type { Actor } from "../../contract/accounts.ts";
import type { ChannelName } from "../../contract/channels.ts";
import type { ConsentEvent, ConsentSource } from "../../contract/consent.ts";
import type { ContactId, MessageId } from "../../contract/ids.ts";
import { audit } from "../accounts/accounts.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { conflict } from "../platform/errors.ts";
import { append } from "./ledger.ts";
import { endReview, tellEnd } from "./reviews/reviews.ts";
import { EVERY_SENDER, everySenderStopped, scopeOf, stateOf } from "./standing.ts";
import * as store from "./store.ts";

export { importStops } from "./import-stops.ts";
export { defaultKeywords, extendKeywords, languageOf } from "./keywords.ts";
export { type ExportedEvent, eventJson, eventsWithEvidence, ledgerHead } from "./ledger.ts";
export { noticeText, weAnswer } from "./notices.ts";
export { hintsIn, type LegalCap, type QuietHours, quietHoursFor, sayClosed } from "./quiet-hours/quiet-hours.ts";
export { type Reading, readVerdict } from "./reading/verdict.ts";
export { holdOpenReview, keepInReview, noteAsked, openReview, proofOf } from "./reviews/reviews.ts";
export { findReview, lockReview, openReviewOf, type ReviewRow, reviews } from "./reviews/store.ts";
export { sendingRulesOf } from "./sending-rules.ts";
export { scopeOf, stateOf } from "./standing.ts";
export {
  eventsOf,
  forgetEvidence,
  isSuppressed,
  statesOf,
  suppressionsOf,
} from "./store.ts";

/** One act of consent. `sender` null: no sender was named, so it is about all of them. */
export interface ConsentAct {
  channel: ChannelName;
  /** Or its keyed hash, where that is all that is left of it. */
  address: string | { hash: string };
  action: "opt_in" | "opt_out";
  source: ConsentSource;
  sender: string | null;
  contactId: ContactId | null;
  messageId: MessageId | null;
  proof: string | null;
  disclosure: string | null;
  by: Actor;
}

const hashOf = (view: View, { channel, address }: Pick<ConsentAct, "channel" | "address">): string =>
  typeof address === "string" ? view.hashOf(channel, address) : address.hash;

/** Records an opt-out: the suppression, the state, the event in the chain. What waits to be sent follows by reaction. */
export async function withdraw(tx: Tx, act: ConsentAct & { action: "opt_out" }): Promise<ConsentEvent> {
  const { scope } = await scopeOf(tx);
  const addressHash = hashOf(tx, act);
  const ended = await endReview(tx, { channel: act.channel, addressHash }, "opt_out", act.by);
  await store.insertSuppression(tx, {
    channel: act.channel,
    addressHash,
    sender: act.sender ?? EVERY_SENDER,
    source: act.source,
  });
  const earlier = await stateOf(tx, act.channel, addressHash);
  const everySender =
    scope === "workspace" || act.sender === null || (await everySenderStopped(tx, act.channel, addressHash));
  await store.putState(tx, {
    channel: act.channel,
    addressHash,
    optedIn: everySender ? false : (earlier?.optedIn ?? null),
    source: act.source,
    proof: act.proof,
    optedOutAt: everySender ? tx.now : (earlier?.optedOutAt ?? null),
    lastAct: act.source === "keyword" ? "keyword_stop" : "other",
  });
  const event = await appendAct(tx, act, "opt_out", addressHash, scope);
  const { channel, contactId, sender } = act;
  await tellEnd(tx, ended, "opt_out", act.by);
  await tx.emit({ type: "consent.withdrawn", data: { channel, addressHash, contactId, sender }, actor: act.by });
  return event;
}

/**
 * Takes over a block that the provider keeps, once. It is no word of the person's: it stops sends, and says so, but is
 * not an opt-out, so where they stand stays as it was.
 */
export async function adoptBlock(tx: Tx, act: Omit<ConsentAct, "action" | "source"> & { sender: string }) {
  const { scope } = await scopeOf(tx);
  const { channel, contactId, sender } = act;
  const addressHash = hashOf(tx, act);
  const source = "provider" as const;
  const fresh = await store.insertSuppression(tx, { channel, addressHash, sender, source });
  if (fresh.length === 0) return;
  await appendAct(tx, { ...act, source }, "suppressed", addressHash, scope);
  await tx.emit({ type: "consent.withdrawn", data: { channel, addressHash, contactId, sender }, actor: act.by });
}

/**
 * Records an opt-in. Only the person's own keyword lifts an opt-out: every other source is refused where one stands
 * (`opted_out`), but for `restore`, which a member may do with proof, and which never lifts a provider's block.
 */
export async function give(tx: Tx, act: ConsentAct & { action: "opt_in" }, restore = false): Promise<ConsentEvent> {
  const { scope } = await scopeOf(tx);
  const addressHash = hashOf(tx, act);
  const own = act.source === "keyword" || act.source === "inbound";
  const standing = (await store.suppressionsOf(tx, [addressHash])).filter((each) => each.channel === act.channel);
  if (standing.length > 0 && !own) {
    const blocked = standing.find((each) => each.source === "provider");
    if (!restore || blocked) throw optedOut(standing[0]?.createdAt ?? tx.now, blocked !== undefined);
    // An opt-in is daily work; lifting somebody's stop is not.
    const thing = { id: act.contactId ?? addressHash, name: null };
    await audit(tx, { by: act.by, verb: "consent.restored", thing });
  }
  // Their own START answers an open question; an opt-in that somebody else records does not.
  const ended = own ? await endReview(tx, { channel: act.channel, addressHash }, "keep", act.by) : null;
  await store.liftSuppressions(tx, act.channel, addressHash, act.sender, scope === "workspace" || !own);
  await store.putState(tx, {
    channel: act.channel,
    addressHash,
    optedIn: true,
    source: act.source,
    proof: act.proof,
    optedOutAt: null,
    lastAct: "other",
  });
  const event = await appendAct(tx, act, "opt_in", addressHash, scope);
  const { channel, contactId, sender } = act;
  await tellEnd(tx, ended, "keep", act.by);
  await tx.emit({ type: "consent.given", data: { channel, addressHash, contactId, sender }, actor: act.by });
  return event;
}

const optedOut = (since: Date, blocked: boolean) =>
  conflict(
    "opted_out",
    blocked
      ? "The provider blocks this number, because its owner wrote STOP. Only the owner can lift that, by texting START."
      : `This person opted out on ${since.toISOString().slice(0, 10)}. Only their own START lifts it, or a member with the right to restore consent, with proof.`,
  );

function appendAct(
  tx: Tx,
  act: Omit<ConsentAct, "action">,
  action: ConsentEvent["action"],
  addressHash: string,
  scope: "workspace" | "sender",
): Promise<ConsentEvent> {
  const { channel, contactId, sender, source, messageId, proof, disclosure, by } = act;
  const salt = tx.bytes(16).toString("hex");
  return append(
    tx,
    { channel, action, contactId, addressHash, scope, sender, source, messageId, actor: by },
    { salt, proof, disclosure },
  );
}
