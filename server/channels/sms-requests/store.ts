/** The tables of requests for numbers that need papers. */
import type { Actor } from "../../../contract/accounts.ts";
import type { AccountId, Id, ProviderAccountId, SmsRequestId, WorkspaceId } from "../../../contract/ids.ts";
import type { Asked, EndUserType, NumberType, SENDING_STEPS, SmsRequest } from "../../../contract/sms-requests.ts";
import type { Ground, Tx, View } from "../../platform/db/handles.ts";

export type Kind = "address" | "endUser" | "document" | "bundle";

/** Something at the provider, and the name by which it is found there. */
export interface Filed {
  sid: string;
  name: string;
}

/** What of a request stands at the provider. */
export interface Made {
  address: Filed | null;
  endUser: Filed | null;
  /** By the names of what is asked for. */
  documents: Record<string, Filed>;
  bundle: Filed | null;
  /** Replaced by something newer, and to be taken away. */
  left: Array<{ kind: Kind; sid: string }>;
  /** What was asked for last; it may be there though nobody heard so. */
  asking: { kind: Kind; name: string } | null;
  /** How often the provider has refused to let go of something, for a reason that does not pass by itself. */
  refusals: number;
}

export const NOTHING_MADE: Made = {
  ...{ address: null, endUser: null, documents: {}, bundle: null },
  ...{ left: [], asking: null, refusals: 0 },
};

export type State =
  | (typeof SENDING_STEPS)[number]
  | "draft"
  | "in_review"
  | "approved"
  | "ready"
  | "rejected"
  | "withdrawn"
  | "removed";

export interface SmsRequestRow {
  id: SmsRequestId;
  accountId: AccountId;
  workspaceId: WorkspaceId;
  providerAccountId: ProviderAccountId;
  country: string;
  numberType: NumberType;
  endUserType: EndUserType;
  /** `removed`: nobody sees it any more; it goes once nothing of it is left at the provider. */
  state: State;
  goal: SmsRequest["goal"];
  asked: Asked;
  /** Null: the number asks for an address alone, which nobody reviews. */
  regulationSid: string | null;
  /** Null: erased. */
  papersEnvelope: string | null;
  findingCount: number;
  made: Made;
  problem: SmsRequest["problem"];
  /** Since when the provider may be doing what must not be asked twice. */
  askedAt: Date | null;
  tries: number;
  actor: Actor;
  turn: number;
  createdAt: Date;
  checkedAt: Date | null;
  submittedAt: Date | null;
  decidedAt: Date | null;
  validUntil: Date | null;
}

const ROW = `id, account_id as "accountId", workspace_id as "workspaceId", provider_account_id as "providerAccountId", country,
  number_type as "numberType", end_user_type as "endUserType", state, goal, asked, regulation_sid as "regulationSid",
  papers_envelope as "papersEnvelope", finding_count as "findingCount", made, problem, asked_at as "askedAt", tries, actor, turn,
  created_at as "createdAt", checked_at as "checkedAt", submitted_at as "submittedAt", decided_at as "decidedAt",
  valid_until as "validUntil"`;

export const listRequests = (view: View) =>
  view.rows<SmsRequestRow>(
    `select ${ROW} from sms_requests where workspace_id = $1 and state <> 'removed' order by id`,
    [view.workspaceId],
  );

export const findRequest = (view: View, id: SmsRequestId) =>
  view.maybe<SmsRequestRow>(
    `select ${ROW} from sms_requests where workspace_id = $1 and id = $2 and state <> 'removed'`,
    [view.workspaceId, id],
  );

/** The same, nobody else's until the commit. */
export const lockRequest = (tx: Tx, id: SmsRequestId) =>
  tx.maybe<SmsRequestRow>(
    `select ${ROW} from sms_requests where workspace_id = $1 and id = $2 and state <> 'removed' for update`,
    [tx.workspaceId, id],
  );

export const insertRequest = (tx: Tx, row: SmsRequestRow) =>
  tx.rows(
    `insert into sms_requests (workspace_id, id, account_id, provider_account_id, country, number_type, end_user_type, state,
       asked, regulation_sid, papers_envelope, made, actor, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      ...[row.workspaceId, row.id, row.accountId, row.providerAccountId, row.country, row.numberType, row.endUserType],
      ...[row.state, JSON.stringify(row.asked), row.regulationSid, row.papersEnvelope, JSON.stringify(row.made)],
      ...[JSON.stringify(row.actor), row.createdAt],
    ],
  );

/** Keeps what has changed and counts the turn on. Null: somebody else has changed it since it was read. */
export const updateRequest = (tx: Tx, row: SmsRequestRow) =>
  tx.maybe<SmsRequestRow>(
    `update sms_requests set state = $4, goal = $5, papers_envelope = $6, finding_count = $7, made = $8, problem = $9,
       asked_at = $10, tries = $11, actor = $12, checked_at = $13, submitted_at = $14, decided_at = $15, valid_until = $16,
       turn = turn + 1
     where workspace_id = $1 and id = $2 and turn = $3 returning ${ROW}`,
    [
      ...[row.workspaceId, row.id, row.turn, row.state, row.goal, row.papersEnvelope, row.findingCount],
      ...[JSON.stringify(row.made), row.problem && JSON.stringify(row.problem), row.askedAt, row.tries],
      ...[JSON.stringify(row.actor), row.checkedAt, row.submittedAt, row.decidedAt, row.validUntil],
    ],
  );

export const deleteRequest = (tx: Tx, id: SmsRequestId) =>
  tx.rows("delete from sms_requests where workspace_id = $1 and id = $2", [tx.workspaceId, id]);

/** Takes over one that a lane has given out: whoever held it before learns that it has lost it. */
export const takeRequest = (tx: Tx, id: SmsRequestId) =>
  tx.maybe<SmsRequestRow>(
    `update sms_requests set turn = turn + 1 where workspace_id = $1 and id = $2 returning ${ROW}`,
    [tx.workspaceId, id],
  );

/** When it is worked on next; null: nothing happens by itself. */
export const setDue = (
  ground: Ground,
  { id, workspaceId }: Pick<SmsRequestRow, "id" | "workspaceId">,
  dueAt: Date | null,
) =>
  dueAt === null
    ? ground.rows("delete from sms_request_lanes where request_id = $1", [id])
    : ground.rows(
        `insert into sms_request_lanes (request_id, workspace_id, due_at) values ($1, $2, $3)
           on conflict (request_id) do update set due_at = $3`,
        [id, workspaceId, dueAt],
      );

/** Takes one that is due, until `heldUntil`: a worker that dies gives it back by itself. */
export const claimDue = (ground: Ground, heldUntil: Date) =>
  ground.maybe<{ id: SmsRequestId; workspaceId: WorkspaceId }>(
    `with due as (
       select request_id from sms_request_lanes where due_at <= $1 order by due_at limit 1 for update skip locked)
     update sms_request_lanes set due_at = $2 where request_id in (select request_id from due)
       returning request_id as id, workspace_id as "workspaceId"`,
    [ground.now, heldUntil],
  );

/** When the next one is due; null: none is. */
export const nextDue = async (ground: Ground): Promise<Date | null> =>
  (await ground.one<{ at: Date | null }>("select min(due_at) as at from sms_request_lanes")).at;

export interface FileRow {
  id: Id<"pfl">;
  requestId: SmsRequestId;
  headEnvelope: string;
  contentType: string;
  size: number;
}

const FILE = `id, request_id as "requestId", head_envelope as "headEnvelope", content_type as "contentType", size`;

export const listFiles = (view: View, requestId: SmsRequestId) =>
  view.rows<FileRow>(`select ${FILE} from sms_request_files where workspace_id = $1 and request_id = $2 order by id`, [
    view.workspaceId,
    requestId,
  ]);

export const insertFile = (tx: Tx, row: FileRow, sealed: string) =>
  tx.rows(
    `insert into sms_request_files (workspace_id, id, request_id, head_envelope, content_type, size, sealed, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [tx.workspaceId, row.id, row.requestId, row.headEnvelope, row.contentType, row.size, sealed, tx.now],
  );

export const readSealedFile = (view: View, requestId: SmsRequestId, id: Id<"pfl">) =>
  view.maybe<FileRow & { sealed: string }>(
    `select ${FILE}, sealed from sms_request_files where workspace_id = $1 and request_id = $2 and id = $3`,
    [view.workspaceId, requestId, id],
  );

/** Drops a request's files but these. */
export const deleteOtherFiles = (tx: Tx, requestId: SmsRequestId, kept: readonly Id<"pfl">[]) =>
  tx.rows("delete from sms_request_files where workspace_id = $1 and request_id = $2 and id <> all($3)", [
    tx.workspaceId,
    requestId,
    kept,
  ]);
