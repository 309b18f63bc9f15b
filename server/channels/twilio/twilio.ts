/** Twilio as a provider of text messages: the adapter behind the port in ../channel.ts. */
import type { SmsProvider } from "../channel.ts";
import { clearCalls, pointCalls, readCalls } from "./calls-go.ts";
import type { TwilioHosts } from "./client.ts";
import { fetchFile } from "./files.ts";
import { listReceived, listSentTo, numbersOfService, readSent, sendsByName } from "./lists.ts";
import { send } from "./messages.ts";
import { availableNumbers, findSender, ownedNumbers, readAccount } from "./numbers.ts";
import { monthlyPrices } from "./prices.ts";
import { clearWebhook, ownedServices, readCaught, readWebhook, setWebhook } from "./texts-go.ts";
import { otherAppAt } from "./webhook-owner.ts";

export function createTwilio(hosts: TwilioHosts): SmsProvider {
  return {
    readAccount: (_outside, credentials) => readAccount(hosts, credentials),
    findSender: (_outside, credentials, sender) => findSender(hosts, credentials, sender),
    ownedNumbers: (_outside, credentials, ourUrl) => ownedNumbers(hosts, credentials, ourUrl),
    ownedServices: (_outside, credentials, ourUrl) => ownedServices(hosts, credentials, ourUrl),
    otherAppAt,
    readCaught: (_outside, credentials) => readCaught(hosts, credentials),
    readWebhook: (_outside, credentials, sender, ourUrl, caught) =>
      readWebhook(hosts, credentials, sender, ourUrl, caught),
    availableNumbers: (_outside, credentials, search) => availableNumbers(hosts, credentials, search),
    monthlyPrices: (_outside, credentials, country) => monthlyPrices(hosts, credentials, country),
    setWebhook: (_outside, credentials, sender, url) => setWebhook(hosts, credentials, sender, url),
    clearWebhook: (_outside, credentials, sender, ourUrl) => clearWebhook(hosts, credentials, sender, ourUrl),
    readCalls: (_outside, credentials, sid) => readCalls(hosts, credentials, sid),
    pointCalls: (_outside, credentials, sid, urls) => pointCalls(hosts, credentials, sid, urls),
    clearCalls: (_outside, credentials, sid, urls) => clearCalls(hosts, credentials, sid, urls),
    send: (_outside, credentials, message) => send(hosts, credentials, message),
    listSentTo: (_outside, credentials, to, since) => listSentTo(hosts, credentials, to, since),
    readSent: (_outside, credentials, sid) => readSent(hosts, credentials, sid),
    listReceived: (_outside, credentials, number, since, until) =>
      listReceived(hosts, credentials, number, since, until),
    numbersOfService: (_outside, credentials, sid) => numbersOfService(hosts, credentials, sid),
    sendsByName: (_outside, credentials, sid) => sendsByName(hosts, credentials, sid),
    fetchFile: (_outside, credentials, url, maxBytes) => fetchFile(hosts, credentials, url, maxBytes),
  };
}
