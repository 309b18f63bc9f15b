/** The tables of calls. */
import type { CallId, ConnectionId, WorkspaceId } from "../../../contract/ids.ts";
import type { CallOutcome, VoiceLanguage } from "../../../contract/voice.ts";
import type { Ground, Tx, View } from "../../platform/db/handles.ts";
import type { Recording } from "../channel.ts";

export interface VoiceRow {
  connectionId: ConnectionId;
  answering: boolean;
  greeting: string;
  language: VoiceLanguage;
  forwardTo: string | null;
  ringSeconds: number;
  voicemail: boolean;
  voicemailSeconds: number;
  textOn: boolean;
  textContent: string;
}

export interface CallRow {
  id: CallId;
  connectionId: ConnectionId;
  providerSid: string;
  /** Null: they hid their number, or were erased. */
  from: string | null;
  /** How long the words last that promise them a text, with all that is said before; null: none was promised. */
  promiseSeconds: number | null;
  /** Whether the caller heard it, to its end. */
  told: boolean;
  startedAt: Date;
  endedAt: Date | null;
  outcome: CallOutcome | null;
  recordingSid: string | null;
  recordingUrl: string | null;
  recordingSeconds: number | null;
}

const SETTINGS = `connection_id as "connectionId", answering, greeting, language, forward_to as "forwardTo", ring_seconds as "ringSeconds",
  voicemail, voicemail_seconds as "voicemailSeconds", text_on as "textOn", text_content as "textContent"`;

export const findSettings = (view: View, connectionId: ConnectionId) =>
  view.maybe<VoiceRow>(`select ${SETTINGS} from voice_settings where workspace_id = $1 and connection_id = $2`, [
    view.workspaceId,
    connectionId,
  ]);

export const keepSettings = (tx: Tx, row: VoiceRow) =>
  tx.rows(
    `insert into voice_settings (workspace_id, connection_id, answering, greeting, language, forward_to, ring_seconds, voicemail,
       voicemail_seconds, text_on, text_content)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (workspace_id, connection_id) do update set answering = $3, greeting = $4, language = $5, forward_to = $6,
       ring_seconds = $7, voicemail = $8, voicemail_seconds = $9, text_on = $10, text_content = $11`,
    [
      ...[tx.workspaceId, row.connectionId, row.answering, row.greeting, row.language, row.forwardTo],
      ...[row.ringSeconds, row.voicemail, row.voicemailSeconds, row.textOn, row.textContent],
    ],
  );

const CALL = `id, connection_id as "connectionId", provider_sid as "providerSid", from_address as "from", promise_seconds as "promiseSeconds", told, started_at as "startedAt",
  ended_at as "endedAt", outcome, recording_sid as "recordingSid", recording_url as "recordingUrl", recording_seconds as "recordingSeconds"`;

/** Puts a call in. False: it is there. */
export const insertCall = async (
  tx: Tx,
  row: Pick<CallRow, "id" | "connectionId" | "providerSid" | "from" | "promiseSeconds">,
): Promise<boolean> =>
  (await tx.maybe(
    `insert into calls (workspace_id, id, connection_id, provider_sid, from_address, address_hash, promise_seconds, started_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (workspace_id, provider_sid) do nothing returning 1`,
    [
      ...[tx.workspaceId, row.id, row.connectionId, row.providerSid, row.from],
      ...[row.from && tx.hashOf("sms", row.from), row.promiseSeconds, tx.now],
    ],
  )) !== null;

/** A call, held to the end of the transaction. */
export const lockCall = (tx: Tx, providerSid: string) =>
  tx.maybe<CallRow>(`select ${CALL} from calls where workspace_id = $1 and provider_sid = $2 for update`, [
    tx.workspaceId,
    providerSid,
  ]);

export const findCall = (view: View, id: CallId) =>
  view.maybe<CallRow>(`select ${CALL} from calls where workspace_id = $1 and id = $2`, [view.workspaceId, id]);

export const listCalls = (
  view: View,
  { connectionId, from, before, limit }: CallFilter & { before: string | null; limit: number },
) =>
  view.rows<CallRow>(
    `select ${CALL} from calls where workspace_id = $1 and ($2::text is null or connection_id = $2)
        and ($3::text is null or address_hash = $3) and ($4::text is null or id < $4)
      order by id desc limit $5`,
    [view.workspaceId, connectionId, from && view.hashOf("sms", from), before, limit],
  );

/** Null: any. */
export interface CallFilter {
  connectionId: ConnectionId | null;
  from: string | null;
}

export const updateCall = (tx: Tx, row: CallRow) =>
  tx.rows(
    `update calls set ended_at = $3, outcome = $4, recording_sid = $5, recording_url = $6, recording_seconds = $7, told = $8
      where workspace_id = $1 and id = $2`,
    [
      tx.workspaceId,
      row.id,
      row.endedAt,
      row.outcome,
      row.recordingSid,
      row.recordingUrl,
      row.recordingSeconds,
      row.told,
    ],
  );

export const recordingOf = ({ recordingSid, recordingUrl, recordingSeconds }: CallRow): Recording | null =>
  recordingSid !== null && recordingUrl !== null && recordingSeconds !== null
    ? { sid: recordingSid, url: recordingUrl, seconds: recordingSeconds }
    : null;

/** Somebody was erased: their calls no longer say who called, and what they said is no longer known here. */
export const forgetCallers = (tx: Tx, addressHashes: readonly string[]) =>
  tx.rows(
    `update calls set from_address = null, address_hash = null, recording_sid = null, recording_url = null, recording_seconds = null
      where workspace_id = $1 and address_hash = any($2)`,
    [tx.workspaceId, addressHashes],
  );

export const lastCallOf = async (view: View, connectionId: ConnectionId): Promise<Date | null> =>
  (
    await view.maybe<{ at: Date }>(
      "select started_at as at from calls where workspace_id = $1 and connection_id = $2 order by id desc limit 1",
      [view.workspaceId, connectionId],
    )
  )?.at ?? null;

/** When a call counts as over, whether or not anybody tells. An earlier time replaces a later one. */
export const expectEnd = (tx: Tx, callId: CallId, at: Date) =>
  tx.ground.rows(
    `insert into call_ends as e (call_id, workspace_id, due_at) values ($1, $2, $3)
       on conflict (call_id) do update set due_at = least(e.due_at, $3)`,
    [callId, tx.workspaceId, at],
  );

export const noEndExpected = (tx: Tx, callId: CallId) =>
  tx.ground.rows("delete from call_ends where call_id = $1", [callId]);

export const nextEnd = (ground: Ground) =>
  ground.maybe<{ callId: CallId; workspaceId: WorkspaceId; dueAt: Date }>(
    `select call_id as "callId", workspace_id as "workspaceId", due_at as "dueAt" from call_ends order by due_at limit 1`,
  );
