/** Where an address stands now, and for whom a stop counts. */
import type { ChannelName } from "../../contract/channels.ts";
import { workspaceOf } from "../accounts/accounts.ts";
import { sendersOf } from "../channels/channels.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import * as store from "./store.ts";

/** In place of a sender's name: an opt-out that named none is about all of them. */
export const EVERY_SENDER = "*";

export async function stateOf(view: View, channel: ChannelName, addressHash: string): Promise<store.StateRow | null> {
  return (await store.statesOf(view, [addressHash])).find((each) => each.channel === channel) ?? null;
}

export async function scopeOf(view: View) {
  const workspace = await workspaceOf(view.ground, view.workspaceId);
  return { scope: workspace.consentScope, workspace };
}

/** Whether a stop stands against each of our senders, so that the person has opted out as a whole. */
export async function everySenderStopped(tx: Tx, channel: ChannelName, addressHash: string): Promise<boolean> {
  const stopped = new Set(
    (await store.suppressionsOf(tx, [addressHash]))
      .filter((each) => each.channel === channel)
      .map((each) => each.sender),
  );
  return stopped.has(EVERY_SENDER) || (await sendersOf(tx, channel)).every((sender) => stopped.has(sender));
}
