/** Giving back what an activation had: its number, its subaccount, and the subaccount's credentials. */

import { passes } from "../problems.ts";
import { wipeAccount } from "../provider-accounts.ts";
import {
  type ActivationParts,
  aboutToRelease,
  holderOf,
  isInTheAir,
  letItSettle,
  noAccount,
  parentOf,
  putOff,
  type Stand,
  settle,
  subaccountName,
} from "./act.ts";
import type { ActivationRow } from "./store.ts";

/** Undoes or releases. What is not there any more is fine: a crash may have come right after it went. */
export function endStep(parts: ActivationParts, row: ActivationRow): Promise<Stand> {
  return row.kind === "managed" ? endManaged(parts, row) : endBought(parts, row);
}

async function endManaged(parts: ActivationParts, row: ActivationRow): Promise<Stand> {
  const { market, database } = parts;
  const { outside } = database;
  const parent = await parentOf(parts, row);
  if (!parent) return noAccount(parts, row);
  // A subaccount may be on its way still; by its name it is found once it is there.
  if (row.providerAccountId === null && isInTheAir(parts, row)) return letItSettle(parts, row);
  const holder = await holderOf(parts, row);
  if (holder) {
    const held = await market.heldNumbers(outside, holder, null);
    // One that is closed or suspended shows nothing; closing it frees its numbers anyway.
    if (!held.ok && passes(held)) return putOff(parts, row, held);
    for (const each of held.ok ? held.items : []) {
      const released = await market.releaseNumber(outside, holder, each.sid);
      if (!released.ok && passes(released)) return putOff(parts, row, released);
    }
  }
  const found = await market.findSubaccounts(outside, parent, subaccountName(row));
  if (!found.ok) return putOff(parts, row, found);
  for (const each of found.items) {
    const closed = await market.closeSubaccount(outside, parent, each.accountSid);
    if (!closed.ok) return putOff(parts, row, closed);
  }
  const state = row.state === "releasing" ? "released" : "undone";
  return settle(parts, row, { state }, async (tx) => {
    if (row.providerAccountId) await wipeAccount(tx.ground, row.providerAccountId, row.actor);
    return {};
  });
}

async function endBought(parts: ActivationParts, row: ActivationRow): Promise<Stand> {
  const { market, database } = parts;
  const { outside } = database;
  const { numberSid, askedAt, phoneNumber } = row;
  if (numberSid === null && askedAt === null) return settle(parts, row, { state: "undone" });
  const holder = await holderOf(parts, row);
  if (!holder) return noAccount(parts, row);
  if (isInTheAir(parts, row)) return letItSettle(parts, row);
  const held = await market.heldNumbers(outside, holder, phoneNumber);
  if (!held.ok) return putOff(parts, row, held);
  const [number] = held.items;
  // When it was asked for stays on record: who saw the number just before may not connect it now.
  if (!number) return settle(parts, row, { state: "undone", askedAt });
  const releasing = await aboutToRelease(parts, row, number.sid);
  if (releasing.state === "undone") return { row: releasing, more: false };
  const released = await market.releaseNumber(outside, holder, number.sid);
  if (released.ok) return settle(parts, releasing, { state: "undone", askedAt: releasing.askedAt });
  const isLost = released.why === "lost";
  return putOff(parts, isLost ? releasing : { ...releasing, askedAt: null }, released);
}
