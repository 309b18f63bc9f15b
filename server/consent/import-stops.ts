/** Opt-outs that come as a list from elsewhere: each becomes a suppression and an event with the list as its proof. */
import type { Actor } from "../../contract/accounts.ts";
import type { ChannelName } from "../../contract/channels.ts";
import type { ContactId } from "../../contract/ids.ts";
import type { Tx } from "../platform/db/handles.ts";
import { appendAll } from "./ledger.ts";
import { EVERY_SENDER, everySenderStopped, scopeOf, stateOf } from "./standing.ts";
import * as store from "./store.ts";

export interface ImportedStop {
  channel: ChannelName;
  address: string;
  /** Null: no sender was named, so it is about all of them. */
  sender: string | null;
  contactId: ContactId | null;
  /** Where in which list it stood. */
  proof: string;
}

/**
 * Records those that are not known yet, whole or not at all, and answers how many they were. An opt-out wins over an opt-in
 * that stands. Give it some hundreds at a time: the ledger is locked until the commit.
 */
export async function importStops(tx: Tx, stops: readonly ImportedStop[], by: Actor): Promise<number> {
  const { scope } = await scopeOf(tx);
  const rows = stops.map((stop) => ({
    ...stop,
    addressHash: tx.hashOf(stop.channel, stop.address),
    pair: stop.sender ?? EVERY_SENDER,
  }));
  const inserted = await store.insertSuppressions(
    tx,
    rows.map(({ channel, addressHash, pair }) => ({ channel, addressHash, sender: pair, source: "import" })),
  );
  const keyOf = (each: { channel: string; addressHash: string }, pair: string) =>
    `${each.channel} ${each.addressHash} ${pair}`;
  const isNew = new Set(inserted.map((each) => keyOf(each, each.sender)));
  const fresh = rows.filter((row) => isNew.delete(keyOf(row, row.pair)));

  for (const { channel, addressHash, sender, proof } of fresh) {
    const whole = scope === "workspace" || sender === null || (await everySenderStopped(tx, channel, addressHash));
    const earlier = whole ? null : await stateOf(tx, channel, addressHash);
    await store.putState(tx, {
      ...{ channel, addressHash, proof, source: "import", lastAct: "other" },
      optedIn: whole ? false : (earlier?.optedIn ?? null),
      optedOutAt: whole ? tx.now : (earlier?.optedOutAt ?? null),
    });
  }
  await appendAll(
    tx,
    fresh.map(({ channel, addressHash, sender, contactId, proof }) => ({
      event: {
        ...{ channel, addressHash, sender, contactId, scope, action: "opt_out", source: "import" },
        ...{ messageId: null, actor: by },
      },
      evidence: { salt: tx.bytes(16).toString("hex"), proof, disclosure: null },
    })),
  );
  for (const { channel, addressHash, contactId, sender } of fresh)
    await tx.emit({ type: "consent.withdrawn", data: { channel, addressHash, contactId, sender }, actor: by });
  return fresh.length;
}
