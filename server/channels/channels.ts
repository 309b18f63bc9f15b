/** Channels: the provider accounts and senders a business owns, and the port through which messages leave. */
import type { z } from "zod";
import type { Actor } from "../../contract/accounts.ts";
import type {
  ChannelName,
  Connection,
  ConnectionPatch,
  Environment,
  ProviderAccount,
} from "../../contract/channels.ts";
import type { AgentId, ConnectionId, KnowledgeBaseId } from "../../contract/ids.ts";
import { audit, changesBetween } from "../accounts/accounts.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { invalid, notFound } from "../platform/errors.ts";
import type { SenderRef } from "./channel.ts";
import { findingJson, standing } from "./health/findings.ts";
import { lookEveryMs } from "./inbound-lanes.ts";
import {
  type ConnectionRow,
  connectionsOfAgent,
  findConnection,
  findEnvironment,
  listConnections,
  lockConnection,
  type ProviderAccountRow,
  updateConnection,
} from "./store.ts";
import { asThing } from "./things.ts";
import { inboundUrl } from "./webhook-urls.ts";

export type * from "./channel.ts";
export { createDirectory, DIRECTORY_NEWS, type Directory, type KnownAccount, type Sender } from "./directory.ts";
export type { RecentSends } from "./health/failing.ts";
export { canSend } from "./health/findings.ts";
export { type DueLook, dueLooks, lookNow, noteLook, openLooks, type Unstored, unstoredOf } from "./inbound-lanes.ts";
export { startRounds } from "./rounds.ts";
export { connectSimulated, type SimulatedAccount, simulatedAccounts } from "./simulated.ts";
export { type ConnectionRow, findConnection } from "./store.ts";
export { answerCall } from "./voice/answer.ts";
export { type CallRow, findCall, forgetCallers, listCalls, recordingOf } from "./voice/store.ts";
export { settingsOf as voiceSettingsOf } from "./voice/voice.ts";
export { inboundUrl, isPolled, statusCallbackUrl } from "./webhook-urls.ts";

/** What an agent is to a connection of this environment (left out: live): asked of the agents' room, which stands above this one. */
export type ResolveAgent = (
  view: View,
  agentId: AgentId,
  environment?: Environment,
) => Promise<{ id: AgentId; knowledgeBase: { id: KnowledgeBaseId; name: string } | null } | null>;

export async function connectionOf(view: View, id: ConnectionId): Promise<ConnectionRow> {
  const row = await findConnection(view.ground, view.workspaceId, id);
  if (!row) throw notFound("channel");
  return row;
}

/** The same, held to the end of the transaction: for who writes back what they have read. */
export async function holdConnection(tx: Tx, id: ConnectionId): Promise<ConnectionRow> {
  const row = await lockConnection(tx.ground, tx.workspaceId, id);
  if (!row) throw notFound("channel");
  return row;
}

/** Where a connection belongs, also one that was disconnected since. */
export async function environmentOf(view: View, id: ConnectionId): Promise<Environment> {
  const row = await findEnvironment(view.ground, view.workspaceId, id);
  if (!row) throw notFound("channel");
  return row.environment;
}

/**
 * The connection that a new conversation uses where none is named: the oldest active one of the family in an environment.
 * @throws Invalid no_connection; no_sender_for_environment: one of another environment does not stand in for it
 */
export async function defaultConnection(
  view: View,
  family: ChannelName,
  environment: Environment = "live",
): Promise<ConnectionRow> {
  const all = await listConnections(view.ground, view.workspaceId);
  const first = all.find((each) => each.family === family && each.active && each.environment === environment);
  if (!first && environment !== "live") throw noSenderFor(environment);
  if (!first)
    throw invalid(
      "no_connection",
      `No active ${family} channel is connected to this workspace. Connect a number first.`,
      "connectionId",
    );
  return first;
}

/** There is none, and one of another environment may not stand in for it. */
export const noSenderFor = (environment: Environment) =>
  invalid(
    "no_sender_for_environment",
    `No active number of ${environment} is connected to this workspace, and a number of another environment does not stand in for it. Connect one for ${environment} first.`,
    "environment",
  );

/** The connection of a number that is ours. */
export async function findBySender(view: View, phoneNumber: string): Promise<ConnectionRow> {
  const all = await listConnections(view.ground, view.workspaceId);
  const found = all.find((each) => each.phoneNumber === phoneNumber);
  if (!found) throw invalid("not_our_number", `${phoneNumber} is not a number of this workspace.`, "from");
  return found;
}

/** How the provider knows a connection's sender. */
export function senderRef(row: ConnectionRow): SenderRef {
  if (row.phoneNumber !== null) return { phoneNumber: row.phoneNumber };
  if (row.messagingServiceSid !== null) return { messagingServiceSid: row.messagingServiceSid };
  throw new Error(`the connection ${row.id} has no sender`);
}

/** Our side of a conversation in words: the number, or the service's SID. Suppressions are recorded by it. */
export const senderName = (row: Pick<ConnectionRow, "phoneNumber" | "messagingServiceSid">): string =>
  row.phoneNumber ?? row.messagingServiceSid ?? "";

/** The names of every sender of a channel in this workspace. */
export const sendersOf = async (view: View, family: ChannelName): Promise<string[]> =>
  (await listConnections(view.ground, view.workspaceId)).filter((row) => row.family === family).map(senderName);

/**
 * @param publicUrl where this house is called now. A webhook that was set for another address is the provider's still, but
 *   no longer leads here: the present one is shown, as one that nobody has set.
 */
export function connectionJson(row: ConnectionRow, publicUrl: string): Connection {
  const {
    accountId: _,
    providerNumberSid: _sid,
    senderType: _type,
    webhookUrl,
    webhookVerifiedAt,
    webhookConfiguredBy: configuredBy,
    callsUrl: _calls,
    callsSetAt: _callsAt,
    polled,
    inboundMissing: missing,
    inboundLate: late,
    health,
    ...rest
  } = row;
  const url = inboundUrl(publicUrl);
  const set = webhookUrl === url ? { verifiedAt: webhookVerifiedAt?.toISOString() ?? null, configuredBy } : NOT_SET;
  return {
    ...rest,
    findings: health.map(findingJson),
    createdAt: row.createdAt.toISOString(),
    webhook: { url, ...set },
    inbound: { by: polled ? "polling" : "webhook", everySeconds: lookEveryMs(polled) / 1000, missing, late },
  };
}

const NOT_SET = { verifiedAt: null, configuredBy: null };

export const providerAccountJson = ({
  accountId: _,
  authTokenEnvelope: _token,
  ...rest
}: ProviderAccountRow): ProviderAccount => rest;

/** What the audit log may show of a connection's settings. */
const OPEN_SETTINGS = ["friendlyName", "agentId", "active", "keywordReplies", "mps", "dailyCap", "environment"];

export async function changeConnection(
  tx: Tx,
  id: ConnectionId,
  patch: z.output<typeof ConnectionPatch>,
  { resolveAgent, publicUrl }: { resolveAgent: ResolveAgent; publicUrl: string },
  by: Actor,
): Promise<Connection> {
  const row = await holdConnection(tx, id);
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const changed: ConnectionRow = { ...row, ...given };
  const { agentId, environment } = changed;
  const moved = environment !== row.environment;
  if (patch.agentId !== undefined || moved)
    changed.knowledgeBase = agentId && (await requireAgent(tx, agentId, environment, resolveAgent)).knowledgeBase;
  if (patch.active !== undefined) Object.assign(changed, standing(patch.active, row.health));
  await updateConnection(tx.ground, changed);
  const changes = changesBetween(row, given, OPEN_SETTINGS);
  await audit(tx, { by, verb: "channel.settings_changed", thing: asThing(row), changes });
  await tx.emit({ type: "channel.changed", data: { connectionId: id, ...(moved && { environment }) }, actor: by });
  return connectionJson(changed, publicUrl);
}

export async function requireAgent(view: View, agentId: AgentId, environment: Environment, resolveAgent: ResolveAgent) {
  const agent = await resolveAgent(view, agentId, environment);
  if (!agent) throw invalid("agent_not_found", "There is no such agent in this workspace.", "agentId");
  return agent;
}

/** Agents whose connections show this knowledge base. */
export const agentsShowing = async (tx: Tx, knowledgeBaseId: KnowledgeBaseId): Promise<AgentId[]> => {
  const rows = await listConnections(tx.ground, tx.workspaceId);
  return [
    ...new Set(rows.flatMap((row) => (row.agentId && row.knowledgeBase?.id === knowledgeBaseId ? [row.agentId] : []))),
  ];
};

/** Pushes down what a connection shows of its agent; an agent that is gone leaves the connection to the team. */
export async function refreshAgent(tx: Tx, agentId: AgentId, resolveAgent: ResolveAgent, by: Actor): Promise<void> {
  for (const row of await connectionsOfAgent(tx.ground, tx.workspaceId, agentId)) {
    const agent = await resolveAgent(tx, agentId, row.environment);
    const shown = { agentId: agent?.id ?? null, knowledgeBase: agent?.knowledgeBase ?? null };
    const { agentId: id, knowledgeBase: base } = row;
    if (id === shown.agentId && base?.id === shown.knowledgeBase?.id && base?.name === shown.knowledgeBase?.name)
      continue;
    await updateConnection(tx.ground, { ...row, ...shown });
    const changes = changesBetween({ agentId: id }, { agentId: shown.agentId }, ["agentId"]);
    await audit(tx, { by, verb: "channel.settings_changed", thing: asThing(row), changes });
    await tx.emit({ type: "channel.changed", data: { connectionId: row.id }, actor: by });
  }
}
