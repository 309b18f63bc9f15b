/** The channels room's tables. */
import type { Connection, Environment, ProviderAccount } from "../../contract/channels.ts";
import type { SmsCompliance } from "../../contract/compliance.ts";
import type {
  AccountId,
  AgentId,
  ConnectionId,
  KnowledgeBaseId,
  ProviderAccountId,
  WorkspaceId,
} from "../../contract/ids.ts";
import type { Ground } from "../platform/db/handles.ts";
import { conflict } from "../platform/errors.ts";
import type { SenderKind } from "./channel.ts";
import type { KeptFinding } from "./health/findings.ts";

export interface ProviderAccountRow extends Omit<ProviderAccount, "id"> {
  id: ProviderAccountId;
  accountId: AccountId;
  authTokenEnvelope: string | null;
}

const ACCOUNT = `id, account_id as "accountId", provider, account_sid as "accountSid", auth_token_envelope as "authTokenEnvelope",
  kind, status, type, friendly_name as "friendlyName"`;

export const listProviderAccounts = (ground: Ground, accountId: AccountId) =>
  ground.rows<ProviderAccountRow>(
    `select ${ACCOUNT} from provider_accounts where account_id = $1 and status <> 'disconnected' order by id`,
    [accountId],
  );

export const findProviderAccount = (ground: Ground, id: ProviderAccountId) =>
  ground.maybe<ProviderAccountRow>(`select ${ACCOUNT} from provider_accounts where id = $1`, [id]);

export const findProviderAccountBySid = (ground: Ground, accountSid: string) =>
  ground.maybe<ProviderAccountRow>(
    `select ${ACCOUNT} from provider_accounts where account_sid = $1 and status <> 'disconnected'`,
    [accountSid],
  );

/** The account, or where it was wiped the same one as its business has added it anew. */
export const findPresentAccount = (ground: Ground, id: ProviderAccountId) =>
  ground.maybe<ProviderAccountRow>(
    `select ${ACCOUNT} from provider_accounts where status <> 'disconnected'
       and (account_id, account_sid) = (select account_id, account_sid from provider_accounts where id = $1)`,
    [id],
  );

export const connectedElsewhere = () =>
  conflict(
    "account_connected_elsewhere",
    "This Twilio account is connected to another business of this installation. Use another account, or ask them to disconnect it first.",
  );

/**
 * Puts the account in, or gives the one of the same SID its new token. `newName`: what a known one is called from now on.
 * @throws Conflict account_connected_elsewhere: another business has it, were it only for a moment
 */
export async function upsertProviderAccount(
  ground: Ground,
  row: Omit<ProviderAccountRow, "id">,
  newName: string | null = null,
): Promise<ProviderAccountRow & { fresh: boolean }> {
  const kept = await ground.maybe<ProviderAccountRow & { fresh: boolean }>(
    `insert into provider_accounts as p (id, account_id, provider, account_sid, auth_token_envelope, kind, status, type, friendly_name, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (account_sid) where status <> 'disconnected' do update set auth_token_envelope = $5, status = $7,
         type = $8, friendly_name = coalesce($11, p.friendly_name) where p.account_id = $2
       returning ${ACCOUNT}, (xmax = 0) as fresh`,
    [
      ground.id("prv"),
      row.accountId,
      row.provider,
      row.accountSid,
      row.authTokenEnvelope,
      row.kind,
      row.status,
      row.type,
      row.friendlyName,
      ground.now,
      newName,
    ],
  );
  if (!kept) throw connectedElsewhere();
  return kept;
}

/** Holds an account to the end of the transaction, so that two who disconnect its last connections see each other. */
export const lockProviderAccount = (ground: Ground, id: ProviderAccountId) =>
  ground.rows("select 1 from provider_accounts where id = $1 for update", [id]);

/** Wipes the credentials; the row stays, because history names it. Null: that was done before. */
export const wipeProviderAccount = (ground: Ground, id: ProviderAccountId) =>
  ground.maybe<Pick<ProviderAccountRow, "id" | "accountId" | "friendlyName">>(
    `update provider_accounts set auth_token_envelope = null, status = 'disconnected' where id = $1 and status <> 'disconnected'
      returning id, account_id as "accountId", friendly_name as "friendlyName"`,
    [id],
  );

export interface ConnectionRow {
  id: ConnectionId;
  accountId: AccountId;
  workspaceId: WorkspaceId;
  providerAccountId: ProviderAccountId;
  family: Connection["family"];
  environment: Environment;
  phoneNumber: string | null;
  messagingServiceSid: string | null;
  providerNumberSid: string;
  senderType: SenderKind;
  friendlyName: string | null;
  agentId: AgentId | null;
  knowledgeBase: { id: KnowledgeBaseId; name: string } | null;
  keywordReplies: Connection["keywordReplies"];
  status: Connection["status"];
  statusReason: Connection["statusReason"];
  /** What is wrong with it, the gravest first. */
  health: KeptFinding[];
  active: boolean;
  mps: number;
  dailyCap: number | null;
  webhookUrl: string;
  webhookVerifiedAt: Date | null;
  webhookConfiguredBy: Connection["webhook"]["configuredBy"];
  /** The address of ours at which its provider asks about its calls, as we set it; null: we did not, or took it away. */
  callsUrl: string | null;
  callsSetAt: Date | null;
  /** The provider can't call us, so it is asked. */
  polled: boolean;
  /** Messages that the provider has and we have not; null: it could not be asked. */
  inboundMissing: number | null;
  /** Of the last 24 hours, those that only its list brought in. */
  inboundLate: number;
  smsCompliance: SmsCompliance | null;
  createdAt: Date;
}

const CONNECTION = `id, account_id as "accountId", workspace_id as "workspaceId", provider_account_id as "providerAccountId", family,
  environment, phone_number as "phoneNumber", messaging_service_sid as "messagingServiceSid", provider_number_sid as "providerNumberSid",
  sender_type as "senderType", friendly_name as "friendlyName", agent_id as "agentId", knowledge_base as "knowledgeBase",
  keyword_replies as "keywordReplies", status, status_reason as "statusReason", health, active, mps, daily_cap as "dailyCap",
  webhook_url as "webhookUrl", webhook_verified_at as "webhookVerifiedAt", webhook_configured_by as "webhookConfiguredBy",
  calls_url as "callsUrl", calls_set_at as "callsSetAt", polled, inbound_missing as "inboundMissing", inbound_late as "inboundLate",
  sms_compliance as "smsCompliance", created_at as "createdAt"`;

export const listConnections = (ground: Ground, workspaceId: WorkspaceId) =>
  ground.rows<ConnectionRow>(
    `select ${CONNECTION} from connections where workspace_id = $1 and disconnected_at is null order by id`,
    [workspaceId],
  );

export const findConnection = (ground: Ground, workspaceId: WorkspaceId, id: ConnectionId) =>
  ground.maybe<ConnectionRow>(
    `select ${CONNECTION} from connections where workspace_id = $1 and id = $2 and disconnected_at is null`,
    [workspaceId, id],
  );

/** Where a connection belongs, also one that is gone. */
export const findEnvironment = (ground: Ground, workspaceId: WorkspaceId, id: ConnectionId) =>
  ground.maybe<{ environment: Environment }>(
    "select environment from connections where workspace_id = $1 and id = $2",
    [workspaceId, id],
  );

export const findConnectionBySender = (
  ground: Ground,
  sender: { phoneNumber: string | null; messagingServiceSid: string | null },
) =>
  ground.maybe<{ id: ConnectionId; accountId: AccountId; workspaceId: WorkspaceId }>(
    `select id, account_id as "accountId", workspace_id as "workspaceId" from connections where (phone_number = $1 or messaging_service_sid = $2) and disconnected_at is null`,
    [sender.phoneNumber, sender.messagingServiceSid],
  );

export const allConnections = (ground: Ground) =>
  ground.rows<ConnectionRow>(`select ${CONNECTION} from connections where disconnected_at is null order by id`);

export const allProviderAccounts = (ground: Ground) =>
  ground.rows<ProviderAccountRow>(`select ${ACCOUNT} from provider_accounts where auth_token_envelope is not null`);

export const insertConnection = (
  ground: Ground,
  row: Omit<
    ConnectionRow,
    | "webhookVerifiedAt"
    | "webhookConfiguredBy"
    | "callsUrl"
    | "callsSetAt"
    | "smsCompliance"
    | "createdAt"
    | "statusReason"
    | "health"
    | "inboundMissing"
    | "inboundLate"
  >,
) =>
  ground.one<ConnectionRow>(
    `insert into connections (id, account_id, workspace_id, provider_account_id, family, environment, phone_number, messaging_service_sid,
       provider_number_sid, sender_type, friendly_name, agent_id, knowledge_base, keyword_replies, status, active, mps, daily_cap, webhook_url, polled, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) returning ${CONNECTION}`,
    [
      row.id,
      row.accountId,
      row.workspaceId,
      row.providerAccountId,
      row.family,
      row.environment,
      row.phoneNumber,
      row.messagingServiceSid,
      row.providerNumberSid,
      row.senderType,
      row.friendlyName,
      row.agentId,
      row.knowledgeBase && JSON.stringify(row.knowledgeBase),
      row.keywordReplies,
      row.status,
      row.active,
      row.mps,
      row.dailyCap,
      row.webhookUrl,
      row.polled,
      ground.now,
    ],
  );

export const updateConnection = (ground: Ground, row: ConnectionRow) =>
  ground.rows(
    `update connections set friendly_name = $3, agent_id = $4, knowledge_base = $5, keyword_replies = $6, status = $7, status_reason = $8,
       active = $9, mps = $10, daily_cap = $11, webhook_verified_at = $12, webhook_configured_by = $13, webhook_url = $14,
       environment = $15
     where workspace_id = $1 and id = $2`,
    [
      row.workspaceId,
      row.id,
      row.friendlyName,
      row.agentId,
      row.knowledgeBase && JSON.stringify(row.knowledgeBase),
      row.keywordReplies,
      row.status,
      row.statusReason && JSON.stringify(row.statusReason),
      row.active,
      row.mps,
      row.dailyCap,
      row.webhookVerifiedAt,
      row.webhookConfiguredBy,
      row.webhookUrl,
      row.environment,
    ],
  );

/** Holds a connection to the end of the transaction. */
export const lockConnection = (ground: Ground, workspaceId: WorkspaceId, id: ConnectionId) =>
  ground.maybe<ConnectionRow>(
    `select ${CONNECTION} from connections where workspace_id = $1 and id = $2 and disconnected_at is null for update`,
    [workspaceId, id],
  );

/** What a look at its health found, and nothing that somebody may be changing meanwhile. */
export const updateHealth = (ground: Ground, row: ConnectionRow) =>
  ground.rows(
    `update connections set status = $3, status_reason = $4, health = $5, provider_number_sid = $6, webhook_verified_at = $7,
       webhook_configured_by = $8, webhook_url = $9
     where workspace_id = $1 and id = $2`,
    [
      row.workspaceId,
      row.id,
      row.status,
      row.statusReason && JSON.stringify(row.statusReason),
      JSON.stringify(row.health),
      row.providerNumberSid,
      row.webhookVerifiedAt,
      row.webhookConfiguredBy,
      row.webhookUrl,
    ],
  );

/** Keeps that a number's calls come here; null: they do not. */
export const keepCallsUrl = (
  ground: Ground,
  { workspaceId, id }: Pick<ConnectionRow, "workspaceId" | "id">,
  url: string | null,
) =>
  ground.rows("update connections set calls_url = $3, calls_set_at = $4 where workspace_id = $1 and id = $2", [
    workspaceId,
    id,
    url,
    url === null ? null : ground.now,
  ]);

export const setCompliance = (
  ground: Ground,
  { workspaceId, id }: Pick<ConnectionRow, "workspaceId" | "id">,
  compliance: SmsCompliance,
) =>
  ground.rows("update connections set sms_compliance = $3 where workspace_id = $1 and id = $2", [
    workspaceId,
    id,
    JSON.stringify(compliance),
  ]);

/** Keeps how a connection's messages come in. Answers a row where that is news. */
export const updateInbound = (
  ground: Ground,
  { workspaceId, id }: Pick<ConnectionRow, "workspaceId" | "id">,
  { polled, missing, late }: { polled: boolean; missing: number | null; late: number },
) =>
  ground.maybe(
    `update connections set polled = $3, inbound_missing = $4, inbound_late = $5
      where workspace_id = $1 and id = $2 and (polled, inbound_missing, inbound_late) is distinct from ($3, $4, $5)
      returning 1`,
    [workspaceId, id, polled, missing, late],
  );

export const markDisconnected = (ground: Ground, row: ConnectionRow) =>
  ground.rows("update connections set disconnected_at = $3, active = false where workspace_id = $1 and id = $2", [
    row.workspaceId,
    row.id,
    ground.now,
  ]);

/** How many connections still use a provider account. */
export const countConnections = (ground: Ground, id: ProviderAccountId) =>
  ground.one<{ count: number }>(
    "select count(*) as count from connections where provider_account_id = $1 and disconnected_at is null",
    [id],
  );

/** Connections that an agent answers, for what is shown of the agent. */
export const connectionsOfAgent = (ground: Ground, workspaceId: WorkspaceId, agentId: AgentId) =>
  ground.rows<ConnectionRow>(
    `select ${CONNECTION} from connections where workspace_id = $1 and agent_id = $2 and disconnected_at is null for update`,
    [workspaceId, agentId],
  );
