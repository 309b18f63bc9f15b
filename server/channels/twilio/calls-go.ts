/** Where Twilio has a number's calls answered: seen, set, and cleared where it is ours. */
import type { Twilio } from "twilio";
import type { CallsGo, CallUrls, Credentials, Trouble } from "../channel.ts";
import { leadsTo } from "../webhook-urls.ts";
import { isRefused, type TwilioHosts, troubleOf, twilioClient } from "./client.ts";
import { instead } from "./webhook-owner.ts";

async function callsOf(client: Twilio, sid: string): Promise<CallsGo> {
  const number = await client.incomingPhoneNumbers(sid).fetch();
  const { voiceApplicationSid, trunkSid, capabilities } = number;
  return {
    hasVoice: capabilities.voice,
    // A TwiML app stands above both addresses of the number.
    url: voiceApplicationSid ? instead(`the TwiML app ${voiceApplicationSid}`) : number.voiceUrl || null,
    endedUrl: voiceApplicationSid ? null : number.statusCallback || null,
    trunkSid: trunkSid || null,
  };
}

const isHere = ({ url, endedUrl, trunkSid }: CallsGo, urls: CallUrls): boolean =>
  trunkSid === null && leadsTo(url, urls.call) && leadsTo(endedUrl, urls.ended);

export async function readCalls(
  hosts: TwilioHosts,
  credentials: Credentials,
  sid: string,
): Promise<({ ok: true } & CallsGo) | Trouble> {
  try {
    return { ok: true, ...(await callsOf(await twilioClient(hosts, credentials), sid)) };
  } catch (error) {
    return troubleOf(error);
  }
}

export async function pointCalls(
  hosts: TwilioHosts,
  credentials: Credentials,
  sid: string,
  urls: CallUrls,
): Promise<{ ok: true; set: boolean } | Trouble> {
  try {
    const client = await twilioClient(hosts, credentials);
    const number = client.incomingPhoneNumbers(sid);
    const { voiceApplicationSid } = await number.fetch();
    await number.update({
      ...{ voiceUrl: urls.call, voiceMethod: "POST", statusCallback: urls.ended, statusCallbackMethod: "POST" },
      ...(voiceApplicationSid ? { voiceApplicationSid: "" } : {}),
    });
    return { ok: true, set: isHere(await callsOf(client, sid), urls) };
  } catch (error) {
    return isRefused(error) ? { ok: true, set: false } : troubleOf(error);
  }
}

export async function clearCalls(
  hosts: TwilioHosts,
  credentials: Credentials,
  sid: string,
  urls: CallUrls,
): Promise<{ ok: true; left: boolean } | Trouble> {
  try {
    const client = await twilioClient(hosts, credentials);
    const number = client.incomingPhoneNumbers(sid);
    const { voiceUrl, statusCallback } = await number.fetch();
    const [isCall, isEnded] = [leadsTo(voiceUrl, urls.call), leadsTo(statusCallback, urls.ended)];
    if (!isCall && !isEnded) return { ok: true, left: false };
    await number.update({ ...(isCall && { voiceUrl: "" }), ...(isEnded && { statusCallback: "" }) });
    const after = await number.fetch();
    return { ok: true, left: leadsTo(after.voiceUrl, urls.call) || leadsTo(after.statusCallback, urls.ended) };
  } catch (error) {
    return isRefused(error) ? { ok: true, left: true } : troubleOf(error);
  }
}
