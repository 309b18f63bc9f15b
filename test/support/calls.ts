/** The sentences of stories about calls. */
import type { Call, VoicePatch, VoiceSettings } from "../../contract/voice.ts";
import type { CallResult, PhoneCalls } from "../../simulator/calls.ts";
import { askProvider } from "./provider.ts";
import { listed } from "./story.ts";
import { DANA, KILN, type Town } from "./town.ts";

/** What callers hear where nothing else is said. */
export const ANSWERING = { answering: true, greeting: "This is Kiln & Co.", voicemail: false } as const;
export const TEXTING = { ...ANSWERING, missedCallText: { on: true } } as const;

/** Sets how a number answers; fails where that is refused. */
export async function setVoice(
  town: Town,
  channel: { id: string },
  patch: VoicePatch | object,
): Promise<VoiceSettings> {
  const { status, body } = await town.api.patch(`/api/channels/${channel.id}/voice`, patch);
  if (status !== 200) throw new Error(`not set: ${JSON.stringify(body)}`);
  return body as unknown as VoiceSettings;
}

/** Points a number's calls at the house, as whoever pastes both addresses at the provider does. */
export async function pointCalls(town: Town, phoneNumber = KILN, account = town.twilio): Promise<void> {
  const voice = `${town.publicUrl}/api/webhooks/twilio/voice`;
  await enterAtProvider(town, phoneNumber, { VoiceUrl: voice, StatusCallback: `${voice}/ended` }, account);
}

/** A number as the provider has it. */
export const numberAtProvider = (town: Town, phoneNumber: string) =>
  town.simulator.overview().numbers.find((each) => each.phoneNumber === phoneNumber);

/** Changes a number in the provider's console. */
export async function enterAtProvider(
  town: Town,
  phoneNumber: string,
  fields: Record<string, string>,
  twilio = town.twilio,
): Promise<void> {
  const path = `/2010-04-01/Accounts/${twilio.sid}/IncomingPhoneNumbers/${numberAtProvider(town, phoneNumber)?.sid}.json`;
  const answer = await askProvider({ simulator: town.simulator, twilio }, "POST", path, fields);
  if (!answer.ok) throw new Error(`not entered: ${await answer.text()}`);
}

/** A customer calls the business; answers when all was asked and told. */
export const ring = (town: Town, call: Partial<PhoneCalls> = {}): Promise<CallResult> =>
  town.passing(town.simulator.call({ from: DANA, to: KILN, ...call }));

export const callsOf = (town: Town, query = ""): Promise<Call[]> => listed<Call>(town, `/api/calls${query}`);

/** Lets time pass until the last call of somebody has an outcome. */
export const untilOver = (town: Town, from: string | null): Promise<Call> =>
  town.until("the call is over", async () => {
    const call = (await callsOf(town)).find((each) => each.from === from);
    return call?.outcome && call;
  });
