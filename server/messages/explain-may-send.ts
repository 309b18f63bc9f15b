/** The gate's answer for a number, asked without sending: everything that stands against it. */
import type { z } from "zod";
import type { Actor } from "../../contract/accounts.ts";
import type { MaySend, MaySendQuery } from "../../contract/consent.ts";
import { defaultConnection, findBySender } from "../channels/channels.ts";
import { contactByAddress } from "../contacts/contacts.ts";
import { lastInboundOf } from "../conversations/conversations.ts";
import type { View } from "../platform/db/handles.ts";
import { objectionsTo } from "./may-send.ts";

export async function explainMaySend(
  view: View,
  { to, channel, from, kind }: z.output<typeof MaySendQuery>,
  by: Actor,
): Promise<MaySend> {
  const connection = from ? await findBySender(view, from) : await defaultConnection(view, channel);
  const contactId = (await contactByAddress(view, channel, to))?.contactId ?? null;
  const lastInboundAt = contactId ? await lastInboundOf(view, contactId) : null;
  const objections = await objectionsTo(view, { connection, address: to, kind, by, contactId, lastInboundAt });
  // The gravest first: what a person must change, what only the recipient can, what time heals.
  const rank = { refuse: 0, suppress: 1, hold: 2 };
  return {
    allowed: objections.length === 0,
    reasons: objections
      .toSorted((a, b) => rank[a.effect] - rank[b.effect])
      .map((each) => ({
        code: each.code,
        message: each.message,
        ...(each.effect === "hold" ? { until: each.until.toISOString() } : {}),
      })),
  };
}
