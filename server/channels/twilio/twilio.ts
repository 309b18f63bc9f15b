/** Twilio as a provider of text messages: the adapter behind the port in ../channel.ts. */
import type { SmsProvider } from "../channel.ts";
import type { TwilioHosts } from "./client.ts";
import { fetchFile } from "./files.ts";
import { listReceived, listSentTo, numbersOfService, readSent } from "./lists.ts";
import { send } from "./messages.ts";
import { availableNumbers, findSender, ownedNumbers, readAccount } from "./numbers.ts";
import { clearWebhook, ownedServices, readWebhook, setWebhook } from "./texts-go.ts";
import { otherAppAt } from "./webhook-owner.ts";

export function createTwilio(hosts: TwilioHosts): SmsProvider {
  return {
    readAccount: (_outside, credentials) => readAccount(hosts, credentials),
    findSender: (_outside, credentials, sender) => findSender(hosts, credentials, sender),
    ownedNumbers: (_outside, credentials, ourUrl) => ownedNumbers(hosts, credentials, ourUrl),
    ownedServices: (_outside, credentials, ourUrl) => ownedServices(hosts, credentials, ourUrl),
    otherAppAt,
    readWebhook: (_outside, credentials, sender, ourUrl) => readWebhook(hosts, credentials, sender, ourUrl),
    availableNumbers: (_outside, credentials, search) => availableNumbers(hosts, credentials, search),
    setWebhook: (_outside, credentials, sender, url) => setWebhook(hosts, credentials, sender, url),
    clearWebhook: (_outside, credentials, sender, ourUrl) => clearWebhook(hosts, credentials, sender, ourUrl),
    send: (_outside, credentials, message) => send(hosts, credentials, message),
    listSentTo: (_outside, credentials, to, since) => listSentTo(hosts, credentials, to, since),
    readSent: (_outside, credentials, sid) => readSent(hosts, credentials, sid),
    listReceived: (_outside, credentials, number, since, until) =>
      listReceived(hosts, credentials, number, since, until),
    numbersOfService: (_outside, credentials, sid) => numbersOfService(hosts, credentials, sid),
    fetchFile: (_outside, credentials, url, maxBytes) => fetchFile(hosts, credentials, url, maxBytes),
  };
}
