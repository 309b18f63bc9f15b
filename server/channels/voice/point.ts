/** Having the calls of a number answered here: its addresses set at the provider, and taken away where they are ours still. */
import type { ConnectionId } from "../../../contract/ids.ts";
import type { VoiceSettings } from "../../../contract/voice.ts";
import { audit, changesBetween } from "../../accounts/accounts.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Tx } from "../../platform/db/handles.ts";
import { conflict, invalid, notFound, type Refusal } from "../../platform/errors.ts";
import type { Caller } from "../../platform/http/route.ts";
import type { Secrets } from "../../platform/secrets.ts";
import type { CallsGo, SmsProvider } from "../channel.ts";
import { connectionOf } from "../channels.ts";
import { forgetLostCalls } from "../health/record.ts";
import { lookSoonAt } from "../health/store.ts";
import { troubleRefusal, usableAccount } from "../provider-accounts.ts";
import { keepCallsUrl, lockConnection } from "../store.ts";
import { asThing } from "../things.ts";
import { callUrls, isPolled } from "../webhook-urls.ts";
import { readVoice, senderHasNoVoice, settingsOf } from "./voice.ts";

export interface PointParts {
  provider: SmsProvider;
  secrets: Secrets;
  publicUrl: string;
  /** Where the provider of real accounts is. */
  providerUrl: string;
}

/**
 * Has the provider ask us about the number's calls, and tell us of their ends, and looks whether it does. Where it did not let
 * us, `webhooks.setAt` of the answer is null: they are there to be pasted.
 * @throws Conflict calls_in_use: something else answers them, and nobody has said yes; calls_in_trunk, cant_be_called
 * @throws Invalid sender_has_no_voice, not_answering
 */
export async function pointCalls(
  database: Database,
  parts: PointParts,
  id: ConnectionId,
  { overwrite }: { overwrite?: true | undefined },
  caller: Caller,
): Promise<VoiceSettings> {
  const { provider, publicUrl } = parts;
  const { outside } = database;
  const { row, credentials } = await numberOf(database, parts, id, caller);
  const { answering } = await database.view(caller.workspaceId, (view) => settingsOf(view, id));
  if (!answering) throw notAnswering();
  if (isPolled(credentials, publicUrl, parts.providerUrl)) throw cantBeCalled(publicUrl);

  const now = await provider.readCalls(outside, credentials, row.providerNumberSid);
  if (!now.ok) throw troubleRefusal(now, "id");
  if (!now.hasVoice) throw senderHasNoVoice();
  if (now.trunkSid !== null) throw inTrunk(now.trunkSid);
  if (!overwrite) askBeforeTaking(now, parts);
  const pointed = await provider.pointCalls(outside, credentials, row.providerNumberSid, callUrls(publicUrl));
  if (!pointed.ok) throw troubleRefusal(pointed, "id");
  return database.tx(caller.workspaceId, (tx) =>
    keep(tx, id, pointed.set ? callUrls(publicUrl).call : null, publicUrl, caller),
  );
}

/**
 * Takes our addresses away from the number, and nobody else's. Where the provider does not let us, `webhooks.setAt` of the
 * answer stays.
 */
export async function unpointCalls(
  database: Database,
  parts: PointParts,
  id: ConnectionId,
  caller: Caller,
): Promise<VoiceSettings> {
  const { provider, publicUrl } = parts;
  const { row, credentials } = await numberOf(database, parts, id, caller);
  const cleared = await provider.clearCalls(database.outside, credentials, row.providerNumberSid, callUrls(publicUrl));
  if (!cleared.ok) throw troubleRefusal(cleared, "id");
  return database.tx(caller.workspaceId, (tx) =>
    keep(tx, id, cleared.left ? callUrls(publicUrl).call : null, publicUrl, caller),
  );
}

async function numberOf(database: Database, { secrets }: PointParts, id: ConnectionId, caller: Caller) {
  const row = await database.view(caller.workspaceId, (view) => connectionOf(view, id));
  if (row.phoneNumber === null) throw senderHasNoVoice();
  const { credentials } = await usableAccount(database.ground, secrets, caller, row.providerAccountId);
  return { row, credentials };
}

async function keep(
  tx: Tx,
  id: ConnectionId,
  url: string | null,
  publicUrl: string,
  { actor: by }: Caller,
): Promise<VoiceSettings> {
  const row = await lockConnection(tx.ground, tx.workspaceId, id);
  if (!row) throw notFound("channel");
  await keepCallsUrl(tx.ground, row, url);
  await forgetLostCalls(tx, row, by);
  await lookSoonAt(tx.ground, id); // a look that is under way may have seen how it was
  const changes = changesBetween({ callsHere: row.callsUrl !== null }, { callsHere: url !== null }, ["callsHere"]);
  await audit(tx, { by, verb: "voice.changed", thing: asThing(row), changes });
  await tx.emit({ type: "channel.changed", data: { connectionId: id }, actor: by });
  return readVoice(tx, await connectionOf(tx, id), publicUrl);
}

/** What somebody else answers is never taken from them without a yes. */
function askBeforeTaking({ url, endedUrl }: CallsGo, { provider, publicUrl }: PointParts): void {
  const { call, ended } = callUrls(publicUrl);
  const [otherApp, otherEnds] = [provider.otherAppAt(url, call), provider.otherAppAt(endedUrl, ended)];
  const what =
    otherApp === null ? `The ends of its calls are told to ${otherEnds} now.` : `Its calls go to ${otherApp} now.`;
  if (otherApp === null && otherEnds === null) return;
  throw conflict(
    "calls_in_use",
    `${what} Send overwrite: true to have Parley answer them instead; nothing is told to the other one then.`,
    { otherApp, otherEnds },
  );
}

const notAnswering = (): Refusal =>
  invalid(
    "not_answering",
    "Calls to this number would be ended at once, because answering is off. Switch it on first, with answering: true.",
    "answering",
  );
const inTrunk = (trunkSid: string): Refusal =>
  conflict(
    "calls_in_trunk",
    `Calls to this number go through the SIP trunk ${trunkSid}, whatever is entered at the number. Take the number off the trunk in the Twilio console first.`,
    { trunkSid },
  );
const cantBeCalled = (publicUrl: string): Refusal =>
  conflict(
    "cant_be_called",
    `Twilio can't reach this Parley at ${publicUrl}, so it can't ask about calls. Give it a public address first (PARLEY_PUBLIC_URL).`,
  );
