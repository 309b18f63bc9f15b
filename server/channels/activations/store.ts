/** The table of activations. */
import type { Actor } from "../../../contract/accounts.ts";
import type { Activation } from "../../../contract/activations.ts";
import type { Environment } from "../../../contract/channels.ts";
import type {
  AccountId,
  ActivationId,
  AgentId,
  ConnectionId,
  ProviderAccountId,
  WorkspaceId,
} from "../../../contract/ids.ts";
import type { Ground } from "../../platform/db/handles.ts";

export interface ActivationRow {
  id: ActivationId;
  accountId: AccountId;
  workspaceId: WorkspaceId;
  kind: Activation["kind"];
  state: Activation["state"];
  country: string | null;
  areaCode: string | null;
  /** Under which account a subaccount is opened; null: the installation's own, or it is no managed one. */
  parentId: ProviderAccountId | null;
  parentSid: string | null;
  phoneNumber: string | null;
  /** What it is bought with, where its country asks for an address or papers. */
  addressSid: string | null;
  bundleSid: string | null;
  /** The provider's own id of the number; null until it is known to be ours. */
  numberSid: string | null;
  friendlyName: string | null;
  agentId: AgentId | null;
  /** Where its connection will belong. */
  environment: Environment;
  /** The account that holds the number. */
  providerAccountId: ProviderAccountId | null;
  connectionId: ConnectionId | null;
  webhooksSet: boolean;
  problem: Activation["problem"];
  /** Since when the provider may be doing what must not be asked twice: of one that is being undone and has its number, releasing it. */
  askedAt: Date | null;
  /** How often its present step was put off. */
  tries: number;
  actor: Actor;
  /** When it is worked on next, which is also until when it is somebody's; null: it is settled. */
  dueAt: Date | null;
  /** Grows with every change, so that whoever holds an older one learns that it has lost it. */
  turn: number;
  createdAt: Date;
  settledAt: Date | null;
}

const ACTIVATION = `id, account_id as "accountId", workspace_id as "workspaceId", kind, state, country, area_code as "areaCode",
  parent_id as "parentId", parent_sid as "parentSid", phone_number as "phoneNumber", number_sid as "numberSid", address_sid as "addressSid", bundle_sid as "bundleSid",
  friendly_name as "friendlyName", agent_id as "agentId", environment, provider_account_id as "providerAccountId",
  connection_id as "connectionId", webhooks_set as "webhooksSet", problem, asked_at as "askedAt", tries, actor,
  due_at as "dueAt", turn, created_at as "createdAt", settled_at as "settledAt"`;

export const listActivations = (ground: Ground, workspaceId: WorkspaceId) =>
  ground.rows<ActivationRow>(`select ${ACTIVATION} from activations where workspace_id = $1 order by id`, [
    workspaceId,
  ]);

export const findActivation = (ground: Ground, workspaceId: WorkspaceId, id: ActivationId) =>
  ground.maybe<ActivationRow>(`select ${ACTIVATION} from activations where workspace_id = $1 and id = $2`, [
    workspaceId,
    id,
  ]);

/** The managed activation whose number a connection is; null where it is the customer's own. */
export const managedBy = (ground: Ground, workspaceId: WorkspaceId, connectionId: ConnectionId) =>
  ground.maybe<{ id: ActivationId }>(
    `select id from activations where workspace_id = $1 and connection_id = $2 and kind = 'managed'
       and state not in ('undone', 'released')`,
    [workspaceId, connectionId],
  );

/** What needs an account's credentials still: what is under way in it, however it was added, or a subaccount under it. */
export const leaningOn = (ground: Ground, providerAccountId: ProviderAccountId) =>
  ground.maybe<{ id: ActivationId }>(
    `select a.id from activations a
       join provider_accounts p on p.id = a.provider_account_id or p.id = a.parent_id
       join provider_accounts q on q.id = $1 and (q.account_id, q.account_sid) = (p.account_id, p.account_sid)
      where a.due_at is not null or (a.kind = 'managed' and a.state = 'connected') order by a.id limit 1`,
    [providerAccountId],
  );

/** Whether an account is the subaccount of a number that Parley got. */
export const isManaged = async (ground: Ground, providerAccountId: ProviderAccountId): Promise<boolean> =>
  (await ground.maybe(
    "select 1 from activations where provider_account_id = $1 and kind = 'managed' and state not in ('undone', 'released')",
    [providerAccountId],
  )) !== null;

/** Puts one in that is somebody's until `dueAt`. */
export const insertActivation = (ground: Ground, row: ActivationRow) =>
  ground.rows(
    `insert into activations (id, account_id, workspace_id, kind, state, country, area_code, parent_id, parent_sid, phone_number,
       friendly_name, agent_id, provider_account_id, actor, due_at, turn, created_at, environment, address_sid, bundle_sid)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [
      ...[row.id, row.accountId, row.workspaceId, row.kind, row.state, row.country, row.areaCode, row.parentId],
      ...[row.parentSid, row.phoneNumber, row.friendlyName, row.agentId, row.providerAccountId],
      ...[
        JSON.stringify(row.actor),
        row.dueAt,
        row.turn,
        row.createdAt,
        row.environment,
        row.addressSid,
        row.bundleSid,
      ],
    ],
  );

/** Holds an activation to the end of the transaction. */
export const lockActivation = (ground: Ground, { workspaceId, id }: Pick<ActivationRow, "workspaceId" | "id">) =>
  ground.rows("select 1 from activations where workspace_id = $1 and id = $2 for update", [workspaceId, id]);

/**
 * Whether a business's purchase of this number is undone by releasing it, now or a moment ago. To the end of the transaction
 * its release does not begin.
 */
export const isReleasing = async (
  ground: Ground,
  accountId: AccountId,
  phoneNumber: string,
  since: Date,
): Promise<boolean> =>
  (
    await ground.maybe<{ releasing: boolean }>(
      `select state in ('undoing', 'undone') and number_sid is not null and asked_at is not null
            and (due_at is not null or asked_at > $3) as releasing
         from activations where account_id = $1 and phone_number = $2 and kind = 'bought' order by id desc limit 1 for update`,
      [accountId, phoneNumber, since],
    )
  )?.releasing ?? false;

/** Keeps what has changed and counts the turn on. Null: somebody else has changed it since it was read. */
export const updateActivation = (ground: Ground, row: ActivationRow) =>
  ground.maybe<ActivationRow>(
    `update activations set state = $4, phone_number = $5, number_sid = $6, provider_account_id = $7, connection_id = $8,
       webhooks_set = $9, problem = $10, asked_at = $11, tries = $12, due_at = $13, settled_at = $14, turn = turn + 1
     where workspace_id = $1 and id = $2 and turn = $3 returning ${ACTIVATION}`,
    [
      ...[row.workspaceId, row.id, row.turn, row.state, row.phoneNumber, row.numberSid, row.providerAccountId],
      ...[row.connectionId, row.webhooksSet, row.problem && JSON.stringify(row.problem), row.askedAt, row.tries],
      ...[row.dueAt, row.settledAt],
    ],
  );

/** Takes one that is due, until `heldUntil`: a worker that dies gives it back by itself. */
export const claimDue = (ground: Ground, heldUntil: Date) =>
  ground.maybe<ActivationRow>(
    `with due as (
       select id from activations where due_at <= $1 order by due_at limit 1 for update skip locked)
     update activations set due_at = $2, turn = turn + 1 where id in (select id from due) returning ${ACTIVATION}`,
    [ground.now, heldUntil],
  );

/** When the next one is due; null: all are settled. */
export const nextDue = async (ground: Ground): Promise<Date | null> =>
  (await ground.one<{ at: Date | null }>("select min(due_at) as at from activations where due_at is not null")).at;
