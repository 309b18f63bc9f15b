/** Connecting a number or Messaging Service: prove the account, find the sender, keep it, point its webhook at us. */
import type { Connection, ConnectSms } from "../../contract/channels.ts";
import type { ConnectionId, ProviderAccountId } from "../../contract/ids.ts";
import type { Database } from "../platform/db/database.ts";
import type { Ground } from "../platform/db/handles.ts";
import type { Live } from "../platform/db/live.ts";
import { violates } from "../platform/db/pool.ts";
import { conflict, invalid } from "../platform/errors.ts";
import type { Caller } from "../platform/http/route.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { CaughtBy, Credentials, OwnedSender, SenderRef, SmsProvider } from "./channel.ts";
import { connectionJson, holdConnection, type ResolveAgent, requireAgent } from "./channels.ts";
import { keepNewConnection } from "./new-connection.ts";
import { keepAccount, probeAccount, refuseManaged, troubleRefusal, usableAccount } from "./provider-accounts.ts";
import { type ConnectionRow, findConnectionBySender, updateConnection } from "./store.ts";
import { auditWebhook } from "./things.ts";
import { inboundUrl, isPolled, leadsTo } from "./webhook-urls.ts";

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
  await refuseManaged(database.ground, credentials);
  const sender: SenderRef = body.phoneNumber
    ? { phoneNumber: body.phoneNumber }
    : { messagingServiceSid: body.messagingServiceSid ?? "" };
  const found = await provider.findSender(database.outside, credentials, sender);
  if (!found.ok) throw senderRefusal(found, body);
  if (body.replaceWebhook !== false && !isPolled(credentials, publicUrl, parts.providerUrl))
    await askBeforeReplacing(database, parts, credentials, found, body.replaceWebhook === true);

  const row = await database
    .tx(caller.workspaceId, async (tx) => {
      const agent = body.agentId ? await requireAgent(tx, body.agentId, body.environment, parts.resolveAgent) : null;
      const accountId = providerAccountId ?? (await keepAccount(tx.ground, secrets, caller, credentials, account)).id;
      const given = {
        ...{ accountId: caller.accountId, providerAccountId: accountId, sender, found, agent },
        ...{ friendlyName: body.friendlyName ?? null, environment: body.environment },
        ...{ webhookUrl: inboundUrl(publicUrl), webhookSet: false },
        polled: isPolled(credentials, publicUrl, parts.providerUrl),
      };
      return keepNewConnection(tx, given, caller.actor);
    })
    .catch(async (error) => {
      if (!violates(error, "connections_number") && !violates(error, "connections_service")) throw error;
      // Another request connected the same number in between: say what we would have said at the door.
      await checkFree(database.ground, body, caller);
      throw conflict(
        "number_already_connected",
        "This number is connected to another business of this installation. Ask them to disconnect it there first.",
      );
    });
  const pointed = body.replaceWebhook === false ? row : await pointWebhook(database, parts, credentials, row, caller);
  return connectionJson(pointed, publicUrl);
}

/** Another app's texts are never taken from it without a yes; and what a service catches, no yes can bring here. */
async function askBeforeReplacing(
  { outside }: Database,
  { provider, publicUrl }: ConnectParts,
  credentials: Credentials,
  { kind, sid }: OwnedSender,
  mayReplace: boolean,
): Promise<void> {
  const ourUrl = inboundUrl(publicUrl);
  const answer = await provider.readWebhook(outside, credentials, { kind, sid }, ourUrl);
  if (!answer.ok) throw troubleRefusal(answer);
  if (answer.caughtBy && !leadsTo(answer.url, ourUrl)) throw caughtByService(answer.caughtBy);
  const otherApp = provider.otherAppAt(answer.url, ourUrl);
  if (otherApp === null || mayReplace) return;
  const whose = kind === "messaging_service" ? "of this Messaging Service" : "to this number";
  throw conflict(
    "webhook_in_use",
    `Texts ${whose} go to ${otherApp} now. Send replaceWebhook: true to have them come to Parley instead, or false to connect it and leave them there.`,
    { otherApp },
  );
}

export const caughtByService = ({ messagingServiceSid, friendlyName }: CaughtBy) =>
  conflict(
    "number_in_service",
    `Texts to this number go to its Messaging Service “${friendlyName}” (${messagingServiceSid}), whatever is entered at the number. Connect that service instead, or take the number out of its sender pool in the Twilio console.`,
    { messagingServiceSid },
  );

/** Asked before the credentials are proved, so it speaks of the caller's own business only. */
async function checkFree(ground: Ground, body: ConnectSms, caller: Caller): Promise<void> {
  const taken = await findConnectionBySender(ground, {
    phoneNumber: body.phoneNumber ?? null,
    messagingServiceSid: body.messagingServiceSid ?? null,
  });
  if (taken?.accountId === caller.accountId) throw alreadyConnected({ channelId: taken.id });
}

const alreadyConnected = (more: { channelId: ConnectionId }) =>
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
    const current = await holdConnection(tx, row.id);
    const verified: ConnectionRow = { ...current, webhookVerifiedAt: tx.now, webhookConfiguredBy: "parley" };
    await updateConnection(tx.ground, verified);
    await auditWebhook(tx, current, verified, caller.actor);
    await tx.emit({ type: "channel.changed", data: { connectionId: row.id as ConnectionId }, actor: caller.actor });
    return verified;
  });
}
