/** The addresses that a provider calls, and whether it can. */
import type { ConnectionId, MessageId } from "../../contract/ids.ts";
import { isLoopbackUrl, isPrivateUrl } from "../platform/config.ts";
import type { CallStep, Credentials } from "./channel.ts";

/** Asks Twilio to retry three times after a failed connection, a read time-out or a 5xx; never part of what it signs. */
const RETRIES = "#rc=3&rp=ct,rt,5xx";

export const INBOUND_PATH = "/api/webhooks/twilio/sms";
export const STATUS_PATH = "/api/webhooks/twilio/status";
export const CALL_PATH = "/api/webhooks/twilio/voice";

export const inboundUrl = (publicUrl: string) => `${publicUrl}${INBOUND_PATH}${RETRIES}`;
/** Whether `url` is `ourUrl`. What stands after `#` only asks for retries: an address that was typed without it leads here too. */
export const leadsTo = (url: string | null, ourUrl: string): boolean => url?.split("#")[0] === ourUrl.split("#")[0];
export const callUrl = (publicUrl: string) => `${publicUrl}${CALL_PATH}${RETRIES}`;
export const callEndedUrl = (publicUrl: string) => `${publicUrl}${CALL_PATH}/ended${RETRIES}`;
export const callUrls = (publicUrl: string) => ({ call: callUrl(publicUrl), ended: callEndedUrl(publicUrl) });
/** Where a provider tells how a step of a call went; `c` says whose call it is, because not every report does. */
export const callStepUrl = (publicUrl: string, step: CallStep, id: ConnectionId) =>
  `${publicUrl}${CALL_PATH}/${step}?c=${id}${RETRIES}`;
export const statusCallbackUrl = (publicUrl: string, id: MessageId) => `${publicUrl}${STATUS_PATH}?m=${id}${RETRIES}`;

/** Whether a provider at `providerUrl` can call us at `publicUrl`: a public provider reaches no laptop. */
const canBeCalled = (publicUrl: string, providerUrl: string): boolean =>
  !isPrivateUrl(publicUrl) || isLoopbackUrl(providerUrl);

/** Whether an account's provider has to be asked, because it can't call us: for new texts, and how ours fare (product 3.3). */
export const isPolled = ({ simulated }: Credentials, publicUrl: string, providerUrl: string): boolean =>
  !simulated && !canBeCalled(publicUrl, providerUrl);
