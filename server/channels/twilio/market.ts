/** Subaccounts and numbers at Twilio: the adapter behind the port in ../market.ts. */
import { AddressNeeded } from "../../../contract/channels.ts";
import type { NumberType } from "../../../contract/sms-requests.ts";
import type { Credentials } from "../channel.ts";
import type { HeldNumber, NumberMarket } from "../market.ts";
import { leadsTo } from "../webhook-urls.ts";
import { isNotFound, isRestError, type TwilioHosts } from "./client.ts";
import { attempt, type Client } from "./stuck.ts";
import { textsOfNumber } from "./texts-go.ts";

const CLOSED_ALREADY = 21479;
const MOST_NUMBERS = 100;
const MOST_OFFERED = 20;

type Country = ReturnType<Client["availablePhoneNumbers"]>;
interface Search {
  limit: number;
  areaCode?: number;
  smsEnabled?: boolean;
  voiceEnabled?: boolean;
  excludeAllAddressRequired?: boolean;
}

/** Numbers that a country has for sale, by their type. @throws not found where it has none of that type at all */
export const forSale = (country: Country, type: NumberType, search: Search) => {
  switch (type) {
    case "local":
      return country.local.list(search);
    case "mobile":
      return country.mobile.list(search);
    case "toll-free":
      return country.tollFree.list(search);
    case "national":
      return country.national.list(search);
  }
};

/** Null where the provider says something that is not known here. */
export const addressNeededBy = (offer: { addressRequirements: string }): AddressNeeded | null =>
  AddressNeeded.safeParse(offer.addressRequirements).data ?? null;

const heldNumber = (each: { sid: string; phoneNumber: string; capabilities: { sms: boolean } }): HeldNumber => ({
  sid: each.sid,
  phoneNumber: each.phoneNumber,
  sms: each.capabilities.sms,
});

export function createTwilioMarket(hosts: TwilioHosts): NumberMarket {
  const ask = <T extends { ok: true }>(credentials: Credentials, work: (client: Client) => Promise<T>) =>
    attempt(hosts, credentials, work);

  return {
    findSubaccounts: (_outside, parent, name) =>
      ask(parent, async (client) => {
        const found = await client.api.v2010.accounts.list({ friendlyName: name, limit: 50 });
        const open = found.filter((each) => each.friendlyName === name && each.status !== "closed");
        const items = open.sort((a, b) => a.dateCreated.getTime() - b.dateCreated.getTime());
        return { ok: true as const, items: items.map(({ sid, ...each }) => ({ accountSid: sid, ...named(each) })) };
      }),
    openSubaccount: (_outside, parent, name) =>
      ask(parent, async (client) => {
        const { sid, ...opened } = await client.api.v2010.accounts.create({ friendlyName: name });
        return { ok: true as const, accountSid: sid, ...named(opened) };
      }),
    closeSubaccount: (_outside, parent, accountSid) =>
      ask(parent, async (client) => {
        try {
          await client.api.v2010.accounts(accountSid).update({ status: "closed" });
        } catch (error) {
          if (!isNotFound(error) && !(isRestError(error) && error.code === CLOSED_ALREADY)) throw error;
        }
        return { ok: true as const };
      }),
    offeredNumbers: (_outside, credentials, { country, areaCode }) =>
      ask(credentials, async (client) => {
        const offers = client.availablePhoneNumbers(country);
        const search = {
          ...{ smsEnabled: true, voiceEnabled: true, excludeAllAddressRequired: true, limit: MOST_OFFERED },
          ...(areaCode === null ? {} : { areaCode: Number(areaCode) }),
        };
        for (const type of ["local", "mobile"] as const) {
          try {
            const offered = await forSale(offers, type, search);
            if (offered.length > 0) return { ok: true as const, phoneNumbers: offered.map((each) => each.phoneNumber) };
          } catch (error) {
            if (!isNotFound(error)) throw error; // that country has no numbers of this kind
          }
        }
        return { ok: true as const, phoneNumbers: [] };
      }),
    heldNumbers: (_outside, credentials, phoneNumber) =>
      ask(credentials, async (client) => {
        const found = await client.incomingPhoneNumbers.list({
          limit: MOST_NUMBERS,
          ...(phoneNumber === null ? {} : { phoneNumber }),
        });
        // Twilio's filter matches parts of numbers too: compare exactly.
        const items = found.filter((each) => phoneNumber === null || each.phoneNumber === phoneNumber);
        return { ok: true as const, items: items.map(heldNumber) };
      }),
    buyNumber: (_outside, credentials, phoneNumber, { addressSid = null, bundleSid = null } = {}) =>
      ask(credentials, async (client) => {
        const papers = { ...(addressSid ? { addressSid } : {}), ...(bundleSid ? { bundleSid } : {}) };
        const bought = await client.incomingPhoneNumbers.create({ phoneNumber, ...papers });
        return { ok: true as const, ...heldNumber(bought) };
      }),
    pointNumber: (_outside, credentials, sid, { texts, calls, callsEnd }) =>
      ask(credentials, async (client) => {
        const number = client.incomingPhoneNumbers(sid);
        const { smsApplicationSid, voiceApplicationSid } = await number.fetch();
        await number.update({
          ...{ smsUrl: texts, smsMethod: "POST", voiceUrl: calls, voiceMethod: "POST" },
          ...{ statusCallback: callsEnd, statusCallbackMethod: "POST" },
          ...(smsApplicationSid ? { smsApplicationSid: "" } : {}),
          ...(voiceApplicationSid ? { voiceApplicationSid: "" } : {}),
        });
        const { voiceUrl, voiceApplicationSid: above } = await number.fetch();
        const { url } = await textsOfNumber(client, sid);
        return { ok: true as const, set: leadsTo(url, texts) && voiceUrl === calls && !above };
      }),
    releaseNumber: (_outside, credentials, sid) =>
      ask(credentials, async (client) => {
        try {
          await client.incomingPhoneNumbers(sid).remove();
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
        return { ok: true as const };
      }),
  };
}

const named = ({ authToken, friendlyName }: { authToken: string; friendlyName: string }) => ({
  authToken,
  friendlyName,
});
