/** Voice: how a number answers calls, and which calls came. A call is no conversation; a text that answers one begins it. */
import type { Actor } from "../../../contract/accounts.ts";
import { isOfCalls } from "../../../contract/channel-health.ts";
import type { ConnectionId } from "../../../contract/ids.ts";
import { tokensIn } from "../../../contract/tokens.ts";
import { MISSED_CALL_WORDS, type VoicePatch, type VoiceSettings } from "../../../contract/voice.ts";
import { audit, changesBetween } from "../../accounts/accounts.ts";
import type { Tx, View } from "../../platform/db/handles.ts";
import { invalid } from "../../platform/errors.ts";
import { type ConnectionRow, listConnections } from "../store.ts";
import { asThing } from "../things.ts";
import { callUrl, callUrls } from "../webhook-urls.ts";
import { findSettings, keepSettings, lastCallOf, type VoiceRow } from "./store.ts";

/** Nothing is answered until somebody wants it. */
const UNSET: Omit<VoiceRow, "connectionId"> = {
  answering: false,
  greeting: "Hello, and thank you for calling.",
  language: "en-US",
  forwardTo: null,
  ringSeconds: 20,
  voicemail: true,
  voicemailSeconds: 120,
  textOn: false,
  textContent: MISSED_CALL_WORDS,
};

export const settingsOf = async (view: View, connectionId: ConnectionId): Promise<VoiceRow> =>
  (await findSettings(view, connectionId)) ?? { connectionId, ...UNSET };

/** A number that was wanted for calls as well answers them from its first day: with a greeting, and what the caller says after a tone. */
export const answerFromTheStart = (tx: Tx, connectionId: ConnectionId) =>
  keepSettings(tx, { connectionId, ...UNSET, answering: true });

/** @param connection its calls come here where its provider was set so for the address that this house has now, and was not changed since */
export async function readVoice(view: View, connection: ConnectionRow, publicUrl: string): Promise<VoiceSettings> {
  const { connectionId, textOn, textContent, ...row } = await settingsOf(view, connection.id);
  const lastCallAt = await lastCallOf(view, connection.id);
  const isHere = connection.callsUrl === callUrl(publicUrl) && !connection.health.some(({ code }) => isOfCalls(code));
  return {
    channelId: connectionId,
    ...row,
    missedCallText: { on: textOn, content: textContent },
    webhooks: { ...callUrls(publicUrl), setAt: isHere ? (connection.callsSetAt?.toISOString() ?? null) : null },
    lastCallAt: lastCallAt?.toISOString() ?? null,
  };
}

export const senderHasNoVoice = () =>
  invalid(
    "sender_has_no_voice",
    "This takes no calls: it is a Messaging Service, or a number without voice. Choose another connected number.",
    "id",
  );

/**
 * @throws Invalid sender_has_no_voice, forward_to_itself, token_unknown, nothing_answers: a missed call's text needs a call
 *   that is answered, because the caller is told of it
 */
export async function changeVoice(tx: Tx, connection: ConnectionRow, patch: VoicePatch, by: Actor): Promise<void> {
  if (connection.phoneNumber === null) throw senderHasNoVoice();
  const { missedCallText = {}, ...rest } = patch;
  const before = await settingsOf(tx, connection.id);
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const { on = before.textOn, content = before.textContent } = missedCallText;
  const row: VoiceRow = { ...before, ...given, textOn: on, textContent: content };
  await check(tx, row, patch);
  await keepSettings(tx, row);
  const changes = changesBetween(asAsked(before), asAsked(row), OPEN_SETTINGS);
  await audit(tx, { by, verb: "voice.changed", thing: asThing(connection), changes });
  await tx.emit({ type: "channel.changed", data: { connectionId: connection.id }, actor: by });
}

/** What the audit log may show: no phone and no words. */
const OPEN_SETTINGS = ["answering", "language", "ringSeconds", "voicemail", "voicemailSeconds", "missedCallText.on"];

/** The settings as the API calls them. */
const asAsked = ({ connectionId: _, textOn: on, textContent: content, ...row }: VoiceRow) => ({
  ...row,
  missedCallText: { on, content },
});

async function check(tx: Tx, row: VoiceRow, patch: VoicePatch): Promise<void> {
  const { forwardTo, textContent } = row;
  const numbers = await listConnections(tx.ground, tx.workspaceId);
  if (forwardTo !== null && numbers.some((each) => each.phoneNumber === forwardTo))
    throw invalid(
      "forward_to_itself",
      "This is one of your own connected numbers: the call would come back here. Give the number of a phone that rings.",
      "forwardTo",
    );
  const unknown = tokensIn(textContent).find(({ name }) => name !== "org.name");
  if (unknown && patch.missedCallText)
    throw invalid(
      "token_unknown",
      `${unknown.text} can't be filled in here: only {{org.name}} is. Write the word itself.`,
      "missedCallText.content",
    );
  if (row.textOn && !row.answering)
    throw invalid(
      "nothing_answers",
      "Callers are told that a text answers them, so the call has to be answered. Switch answering on, or the text off.",
      patch.answering === false ? "answering" : "missedCallText.on",
    );
}
