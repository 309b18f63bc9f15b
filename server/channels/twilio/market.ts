/** Subaccounts and numbers at Twilio: the adapter behind the port in ../market.ts. */
import type { Credentials } from "../channel.ts";
import type { HeldNumber, NumberMarket, Stuck } from "../market.ts";
import { leadsTo } from "../webhook-urls.ts";
import { isNotFound, isRestError, type TwilioHosts, twilioClient } from "./client.ts";
import { textsOfNumber } from "./texts-go.ts";
import { AnswerLost, NotSent } from "./transport.ts";

type Client = Awaited<ReturnType<typeof twilioClient>>;

const CLOSED_ALREADY = 21479;
const MOST_NUMBERS = 100;
const MOST_OFFERED = 20;

/** Twilio's codes for buying (its error dictionary): 21421 and 21422 no such number for sale, the others an address or papers. */
const TAKEN = new Set([21421, 21422, 21452]);
const ADDRESS_NEEDED = new Set([21615, 21631, 21649, 21650, 21651]);
const SUSPENDED = new Set([20005, 10001, 21476, 21478]);

function stuckBy(error: unknown): Stuck {
  const stuck = (why: Stuck["why"], code: number | null = null): Stuck => ({
    ...{ ok: false, why },
    providerCode: code === null ? null : String(code),
  });
  if (error instanceof NotSent) return stuck("away");
  if (error instanceof AnswerLost) return stuck("lost");
  if (!isRestError(error)) throw error;
  const { status, code = null } = error;
  if (status === 429) return stuck("away", code);
  // 408 comes from something between us and Twilio, which can't know what Twilio did.
  if (status >= 500 || status === 408) return stuck("lost", code);
  if (status === 401) return stuck("credentials_rejected", code);
  if (code === null) return stuck("refused");
  if (TAKEN.has(code)) return stuck("number_taken", code);
  if (ADDRESS_NEEDED.has(code)) return stuck("address_needed", code);
  return stuck(SUSPENDED.has(code) ? "account_suspended" : "refused", code);
}

const heldNumber = (each: { sid: string; phoneNumber: string; capabilities: { sms: boolean } }): HeldNumber => ({
  sid: each.sid,
  phoneNumber: each.phoneNumber,
  sms: each.capabilities.sms,
});

export function createTwilioMarket(hosts: TwilioHosts): NumberMarket {
  async function ask<T extends { ok: true }>(credentials: Credentials, work: (client: Client) => Promise<T>) {
    try {
      return await work(await twilioClient(hosts, credentials));
    } catch (error) {
      return stuckBy(error);
    }
  }

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
        const wanted = { smsEnabled: true, voiceEnabled: true, excludeAllAddressRequired: true, limit: MOST_OFFERED };
        const search = areaCode === null ? wanted : { ...wanted, areaCode: Number(areaCode) };
        for (const list of [() => offers.local.list(search), () => offers.mobile.list(search)]) {
          try {
            const offered = await list();
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
    buyNumber: (_outside, credentials, phoneNumber) =>
      ask(credentials, async (client) => {
        const bought = await client.incomingPhoneNumbers.create({ phoneNumber });
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
