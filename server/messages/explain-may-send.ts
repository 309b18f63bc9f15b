/** The gate's answer for a number, asked without sending. */
import type { z } from "zod";
import type { MaySend, MaySendQuery } from "../../contract/consent.ts";
import { defaultConnection, findBySender } from "../channels/channels.ts";
import { contactByAddress } from "../contacts/contacts.ts";
import { lastInboundOf } from "../conversations/conversations.ts";
import type { View } from "../platform/db/handles.ts";
import { maySend } from "./may-send.ts";

export async function explainMaySend(
  view: View,
  { to, channel, from, kind }: z.output<typeof MaySendQuery>,
): Promise<MaySend> {
  const connection = from ? await findBySender(view, from) : await defaultConnection(view, channel);
  const contact = await contactByAddress(view, channel, to);
  const lastInboundAt = contact ? await lastInboundOf(view, contact.contactId) : null;
  const verdict = await maySend(view, { connection, address: to, kind, lastInboundAt });
  switch (verdict.verdict) {
    case "may_send":
      return { allowed: true, reasons: [] };
    case "suppressed":
      return { allowed: false, reasons: [verdict.reason] };
    case "refused":
      return { allowed: false, reasons: [{ code: verdict.code, message: verdict.detail }] };
  }
}
