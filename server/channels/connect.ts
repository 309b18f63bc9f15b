/** Connecting a number or Messaging Service: prove the account, find the sender, keep it, point its webhook at us. */
import type { Connection, ConnectSms } from "../../contract/channels.ts";
import type { ConnectionId, ProviderAccountId } from "../../contract/ids.ts";
import type { Database } from "../platform/db/database.ts";
import type { Ground } from "../platform/db/handles.ts";
import type { Live } from "../platform/db/live.ts";
import { violates } from "../platform/db/pool.ts";
import { conflict, invalid, notFound } from "../platform/errors.ts";
import type { Caller } from "../platform/http/route.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { Credentials, OwnedSender, SenderRef, SmsProvider } from "./channel.ts";
import { connectionJson, connectionOf, type ResolveAgent, requireAgent } from "./channels.ts";
import { accountRow, probeAccount, troubleRefusal, usableAccount } from "./provider-accounts.ts";
import {
  type ConnectionRow,
  findConnectionBySender,
  findProviderAccount,
  insertConnection,
  updateConnection,
  upsertProviderAccount,
} from "./store.ts";
import { inboundUrl, isPolled } from "./webhook-urls.ts";

export interface ConnectParts {
  provider: SmsProvider;
  secrets: Secrets;
  live: Live;
  publicUrl: string;
  /** Where the provider of real accounts is. */
  providerUrl: string;
  resolveAgent: ResolveAgent;
}

export async function connectSms(
  database: Database,
  parts: ConnectParts,
  body: ConnectSms,
  caller: Caller,
): Promise<Connection> {
  const { provider, secrets, publicUrl } = parts;
  if (body.workspaceId && body.workspaceId !== caller.workspaceId) {
    throw invalid(
      "workspace_mismatch",
      "workspaceId names another workspace than the one this request is for.",
      "workspaceId",
    );
  }
  await checkFree(database.ground, body, caller);

  const { credentials, providerAccountId } = await credentialsFor(database, secrets, body, caller);
  const account = await probeAccount(database, provider, credentials, caller);
  const sender: SenderRef = body.phoneNumber
    ? { phoneNumber: body.phoneNumber }
    : { messagingServiceSid: body.messagingServiceSid ?? "" };
  const found = await provider.findSender(database.outside, credentials, sender);
  if (!found.ok) throw senderRefusal(found, body);
  if (body.replaceWebhook === undefined && !isPolled(credentials, publicUrl, parts.providerUrl))
    await askBeforeReplacing(database, parts, credentials, found);

  const row = await database
    .tx(caller.workspaceId, async (tx) => {
      const agent = body.agentId ? await requireAgent(tx, body.agentId, parts.resolveAgent) : null;
      const accountId =
        providerAccountId ??
        (await upsertProviderAccount(tx.ground, accountRow(caller, secrets, credentials, account))).id;
      const inserted = await insertConnection(tx.ground, {
        ...newConnection(found, body, caller),
        id: tx.id("chn"),
        polled: isPolled(credentials, publicUrl, parts.providerUrl),
        providerAccountId: accountId,
        webhookUrl: inboundUrl(publicUrl),
        agentId: agent?.id ?? null,
        knowledgeBase: agent?.knowledgeBase ?? null,
      });
      // Its last connection may have gone while the provider was asked, and the credentials with it.
      if ((await findProviderAccount(tx.ground, accountId))?.status === "disconnected")
        throw notFound("provider account");
      await tx.emit({
        type: "channel.connected",
        data: { connectionId: inserted.id, family: "sms" },
        actor: caller.actor,
      });
      return inserted;
    })
    .catch(async (error) => {
      if (!violates(error, "connections_number") && !violates(error, "connections_service")) throw error;
      // Another request connected the same number in between: say what we would have said at the door.
      await checkFree(database.ground, body, caller);
      throw alreadyConnected({});
    });
  const pointed = body.replaceWebhook === false ? row : await pointWebhook(database, parts, credentials, row, caller);
  return connectionJson(pointed, publicUrl);
}

/** Another app's texts are never taken from it without a yes. */
async function askBeforeReplacing(
  { outside }: Database,
  { provider, publicUrl }: ConnectParts,
  credentials: Credentials,
  { kind, sid }: OwnedSender,
): Promise<void> {
  const answer = await provider.readWebhook(outside, credentials, { kind, sid });
  if (!answer.ok) throw troubleRefusal(answer);
  const otherApp = provider.otherAppAt(answer.url, inboundUrl(publicUrl));
  if (otherApp === null) return;
  throw conflict(
    "webhook_in_use",
    `Texts to this number go to ${otherApp} now. Send replaceWebhook: true to have them come to Parley instead, or false to connect the number and leave them there.`,
    { otherApp },
  );
}

/** Asked before the credentials are proved, so it speaks of the caller's own business only. */
async function checkFree(ground: Ground, body: ConnectSms, caller: Caller): Promise<void> {
  const taken = await findConnectionBySender(ground, {
    phoneNumber: body.phoneNumber ?? null,
    messagingServiceSid: body.messagingServiceSid ?? null,
  });
  if (taken?.accountId === caller.accountId) throw alreadyConnected({ channelId: taken.id });
}

const alreadyConnected = (more: { channelId?: ConnectionId }) =>
  conflict(
    "number_already_connected",
    "This number is connected already. Open its channel, or disconnect it there first.",
    more,
  );

async function credentialsFor(
  database: Database,
  secrets: Secrets,
  body: ConnectSms,
  caller: Caller,
): Promise<{ credentials: Credentials; providerAccountId: ProviderAccountId | null }> {
  if (body.providerAccountId) {
    const { row, credentials } = await usableAccount(database.ground, secrets, caller, body.providerAccountId);
    return { credentials, providerAccountId: row.id };
  }
  return {
    credentials: { accountSid: body.accountSid ?? "", authToken: body.authToken ?? "", simulated: false },
    providerAccountId: null,
  };
}

function senderRefusal(found: Exclude<Awaited<ReturnType<SmsProvider["findSender"]>>, OwnedSender>, body: ConnectSms) {
  const field = body.phoneNumber ? "phoneNumber" : "messagingServiceSid";
  if (found.code === "number_not_on_account") {
    const what = body.phoneNumber ? "phone number" : "Messaging Service";
    return invalid(
      "number_not_on_account",
      `The ${what} you entered doesn't belong to this Twilio account. Check the account and the number.`,
      field,
    );
  }
  if (found.code === "number_not_sms_capable") {
    return invalid(
      "number_not_sms_capable",
      "This number can't send or receive SMS. Pick one whose capabilities in the Twilio console include SMS.",
      field,
    );
  }
  return troubleRefusal(found);
}

function newConnection(found: OwnedSender, body: ConnectSms, caller: Caller) {
  return {
    accountId: caller.accountId,
    workspaceId: caller.workspaceId,
    family: "sms" as const,
    environment: "live" as const,
    phoneNumber: body.phoneNumber ?? null,
    messagingServiceSid: body.messagingServiceSid ?? null,
    providerNumberSid: found.sid,
    senderType: found.kind,
    friendlyName: body.friendlyName ?? null,
    keywordReplies: "provider" as const,
    status: "active" as const,
    active: true,
    mps: found.mps,
    dailyCap: null,
  };
}

/** Sets the webhook at the provider and reads it back. Where that fails, the connection stands and shows the URL to paste. */
async function pointWebhook(
  database: Database,
  parts: ConnectParts,
  credentials: Credentials,
  row: ConnectionRow,
  caller: Caller,
): Promise<ConnectionRow> {
  const { provider } = parts;
  if (row.polled) return row;
  const answer = await provider.setWebhook(
    database.outside,
    credentials,
    { kind: row.senderType, sid: row.providerNumberSid },
    row.webhookUrl,
  );
  if (!answer.ok || !answer.set) return row;
  return database.tx(row.workspaceId, async (tx) => {
    const current = await connectionOf(tx, row.id);
    const verified: ConnectionRow = { ...current, webhookVerifiedAt: tx.now, webhookConfiguredBy: "parley" };
    await updateConnection(tx.ground, verified);
    await tx.emit({ type: "channel.changed", data: { connectionId: row.id as ConnectionId }, actor: caller.actor });
    return verified;
  });
}
