/** The customer's Twilio account: its state, and the numbers and services that can be had or found there. */
import type { ProviderNumber } from "../../../contract/channels.ts";
import { isTollFree } from "../../../contract/phone-number.ts";
import type { NumberType } from "../../../contract/sms-requests.ts";
import type {
  AccountFound,
  Credentials,
  OwnedSender,
  SenderKind,
  SenderMissing,
  SenderRef,
  Trouble,
} from "../channel.ts";
import { isNotFound, type TwilioHosts, troubleOf, twilioClient } from "./client.ts";
import { poolOf } from "./lists.ts";
import { addressNeededBy, forSale } from "./market.ts";
import { catchers, MOST_NUMBERS } from "./texts-go.ts";
import { addressOfNumber, otherAppAt } from "./webhook-owner.ts";

/** Segments a second by kind of sender, until the provider says more (product 3.4). */
const MPS: Record<Exclude<SenderKind, "messaging_service">, number> = { long_code: 1, toll_free: 3, short_code: 100 };

export function kindOf(phoneNumber: string): Exclude<SenderKind, "messaging_service"> {
  if (/^\d{3,6}$/.test(phoneNumber)) return "short_code";
  return isTollFree(phoneNumber) ? "toll_free" : "long_code";
}

export async function readAccount(hosts: TwilioHosts, credentials: Credentials): Promise<AccountFound | Trouble> {
  try {
    const client = await twilioClient(hosts, credentials);
    const account = await client.api.v2010.accounts(credentials.accountSid).fetch();
    // It answers, with that status: a suspended account is not a wrong password.
    if (account.status === "suspended") return { ok: false, code: "account_suspended" };
    if (account.status === "closed") return { ok: false, code: "account_closed" };
    return { ok: true, type: account.type === "Trial" ? "trial" : "full", friendlyName: account.friendlyName };
  } catch (error) {
    return isNotFound(error) ? { ok: false, code: "credentials_rejected" } : troubleOf(error);
  }
}

export async function findSender(
  hosts: TwilioHosts,
  credentials: Credentials,
  sender: SenderRef,
): Promise<OwnedSender | SenderMissing | Trouble> {
  try {
    const client = await twilioClient(hosts, credentials);
    if ("messagingServiceSid" in sender) {
      await client.messaging.v1.services(sender.messagingServiceSid).fetch();
      const numbers = await poolOf(client, sender.messagingServiceSid);
      const mps = numbers.reduce((sum, each) => sum + MPS[kindOf(each)], 0);
      return { ok: true, kind: "messaging_service", sid: sender.messagingServiceSid, mps: Math.max(mps, 1) };
    }
    // Twilio's filter matches parts of numbers too: compare exactly.
    const found = await client.incomingPhoneNumbers.list({ phoneNumber: sender.phoneNumber, limit: 50 });
    const number = found.find((each) => each.phoneNumber === sender.phoneNumber);
    if (!number) return { ok: false, code: "number_not_on_account" };
    if (!number.capabilities.sms) return { ok: false, code: "number_not_sms_capable" };
    const kind = kindOf(number.phoneNumber);
    return { ok: true, kind, sid: number.sid, mps: MPS[kind] };
  } catch (error) {
    return isNotFound(error) ? { ok: false, code: "number_not_on_account" } : troubleOf(error);
  }
}

export async function ownedNumbers(
  hosts: TwilioHosts,
  credentials: Credentials,
  ourUrl: string,
): Promise<{ ok: true; items: ProviderNumber[] } | Trouble> {
  try {
    const client = await twilioClient(hosts, credentials);
    const numbers = await client.incomingPhoneNumbers.list({ limit: MOST_NUMBERS });
    const caught = await catchers(client);
    const items = numbers.map((each): ProviderNumber => {
      const catcher = caught.get(each.sid);
      const otherApp = otherAppAt(catcher ? catcher.url : addressOfNumber(each), ourUrl);
      return {
        ...{ phoneNumber: each.phoneNumber, friendlyName: each.friendlyName, locality: null, region: null },
        ...{ capabilities: capabilitiesOf(each.capabilities), otherApp },
        caughtBy: catcher && otherApp !== null ? catcher.caughtBy : null,
      };
    });
    return { ok: true, items };
  } catch (error) {
    return troubleOf(error);
  }
}

export async function availableNumbers(
  hosts: TwilioHosts,
  credentials: Credentials,
  {
    country,
    areaCode,
    numberType = "local",
  }: { country: string; areaCode: string | undefined; numberType?: NumberType },
): Promise<{ ok: true; items: ProviderNumber[] } | Trouble> {
  try {
    const client = await twilioClient(hosts, credentials);
    const numbers = await forSale(client.availablePhoneNumbers(country), numberType, {
      smsEnabled: true,
      limit: 30,
      ...(areaCode ? { areaCode: Number(areaCode) } : {}),
    });
    const items = numbers.map((each): ProviderNumber => {
      const addressNeeded = addressNeededBy(each);
      return {
        phoneNumber: each.phoneNumber,
        friendlyName: each.friendlyName,
        locality: each.locality || null,
        region: each.region || null,
        capabilities: capabilitiesOf(each.capabilities),
        ...(addressNeeded && { addressNeeded }),
      };
    });
    return { ok: true, items };
  } catch (error) {
    return isNotFound(error) ? { ok: true, items: [] } : troubleOf(error); // no such kind of number in that country
  }
}

/** The search answers capabilities in capitals (SMS), the owned list in small letters. */
function capabilitiesOf(given: object): ProviderNumber["capabilities"] {
  const has = (name: string) =>
    Object.entries(given).some(([key, value]) => key.toLowerCase() === name && value === true);
  return { sms: has("sms"), mms: has("mms"), voice: has("voice") };
}
