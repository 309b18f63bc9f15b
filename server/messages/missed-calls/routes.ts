/** HTTP of calls: which came, what became of each, and what callers said after the tone. */
import { z } from "zod";
import { type CallId, idOf } from "../../../contract/ids.ts";
import { pageOf } from "../../../contract/paging.ts";
import { Call, CallsQuery } from "../../../contract/voice.ts";
import {
  type CallRow,
  type Directory,
  findCall,
  listCalls,
  recordingOf,
  type SmsProvider,
} from "../../channels/channels.ts";
import { contactsAt, readContacts } from "../../contacts/contacts.ts";
import { getConversation } from "../../conversations/conversations.ts";
import type { Database } from "../../platform/db/database.ts";
import type { View } from "../../platform/db/handles.ts";
import { notFound, unavailable } from "../../platform/errors.ts";
import { FileAnswer } from "../../platform/http/files.ts";
import { type Caller, handsOut, type Route, reads } from "../../platform/http/route.ts";
import { pageOfRows } from "../../platform/page.ts";
import { textsOfCalls } from "./store.ts";

/** Five minutes of sound as the provider keeps it are 4.8 MB. */
const MOST_BYTES = 6 * 1024 * 1024;

export function callRoutes(parts: { directory: Directory; provider: SmsProvider }): Route[] {
  return [
    reads({
      path: "/api/calls",
      summary: "Calls to this workspace's numbers, newest first",
      permission: "inbox.read",
      query: CallsQuery,
      answer: pageOf(Call),
      async handle(view, { query }) {
        const { channelId = null, conversationId, cursor = null, limit } = query;
        const from = conversationId ? (await getConversation(view, conversationId)).address : null;
        if (conversationId && from === null) return { items: [], nextCursor: null };
        const rows = await listCalls(view, { connectionId: channelId, from, before: cursor, limit: limit + 1 });
        return pageOfRows(await callsJson(view, rows), limit, (last) => last.id);
      },
    }),
    handsOut({
      path: "/api/calls/:id/recording",
      summary: "What a caller said after the tone",
      permission: "inbox.read",
      params: z.strictObject({ id: idOf("cal") }),
      // As with pictures: where a page plays it, the workspace is named here.
      query: z.strictObject({ workspace: idOf("wsp").optional() }),
      handle: (database, { params, caller }) => recording(database, parts, params.id, caller),
    }),
  ];
}

async function callsJson(view: View, rows: readonly CallRow[]): Promise<Call[]> {
  const numbers = rows.flatMap(({ from }) => from ?? []);
  const known = await contactsAt(view, numbers);
  const contacts = await readContacts(view, [...new Set(known.map(({ contactId }) => contactId))]);
  const texts = await textsOfCalls(
    view,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => {
    const contactId = known.find(({ address }) => address === row.from)?.contactId;
    const contact = contacts.find(({ id }) => id === contactId);
    const text = texts.find(({ callId }) => callId === row.id);
    const kept = recordingOf(row);
    return {
      id: row.id,
      channelId: row.connectionId,
      from: row.from,
      contact: contact ? { id: contact.id, name: contact.name } : null,
      startedAt: row.startedAt.toISOString(),
      endedAt: row.endedAt?.toISOString() ?? null,
      outcome: row.outcome,
      recording: kept && { seconds: kept.seconds, url: `/api/calls/${row.id}/recording` },
      text: text ? { messageId: text.messageId, conversationId: text.conversationId, reason: text.reason } : null,
    };
  });
}

/** Fetched from the provider, which keeps it, each time that somebody listens. */
async function recording(
  database: Database,
  { directory, provider }: { directory: Directory; provider: SmsProvider },
  id: CallId,
  { workspaceId }: Caller,
): Promise<FileAnswer> {
  const call = await database.view(workspaceId, (view) => findCall(view, id));
  const kept = call && recordingOf(call);
  if (!call || !kept) throw notFound("recording");
  const sender = await directory.sender(call.connectionId);
  if (!sender)
    throw unavailable(
      "disconnected",
      "The number is disconnected, so its recordings can only be heard at the provider.",
    );
  const file = await provider.fetchFile(database.outside, sender.credentials, kept.url, MOST_BYTES);
  if (!file.ok && file.code === "gone") throw notFound("recording");
  if (!file.ok)
    throw unavailable("provider_unreachable", "The provider can't hand out this recording right now. Try again later.");
  const { bytes } = file;
  return new FileAnswer({
    contentType: "audio/wav",
    size: bytes.length,
    etag: kept.sid,
    name: `voicemail-${call.startedAt.toISOString().slice(0, 16).replace(":", "-")}.wav`,
    shown: true,
    async *open(first, last) {
      yield bytes.subarray(first, last + 1);
    },
  });
}
