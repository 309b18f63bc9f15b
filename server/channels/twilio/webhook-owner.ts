/** Whose app gets the texts of a number or service at Twilio, in words; and what Twilio asks before a number's own address. */
import { leadsTo } from "../webhook-urls.ts";

/** Twilio's own example, which it enters for every number that is bought. */
const EXAMPLE = /^https?:\/\/demo\.twilio\.com\//;

/** In place of an address where there is none to show, or none that is known: who gets the texts, in words. */
const INSTEAD = "twilio:";
export const instead = (words: string): string => `${INSTEAD}${encodeURIComponent(words)}`;

/** The host and path of an app that is not ours; null: there is none. What follows `?` may be a secret of theirs. */
export function otherAppAt(url: string | null, ourUrl: string): string | null {
  if (!url || leadsTo(url, ourUrl) || EXAMPLE.test(url)) return null;
  if (url.startsWith(INSTEAD)) return decodeURIComponent(url.slice(INSTEAD.length));
  if (!URL.canParse(url)) return "an address that can't be read";
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** Where a number has its texts sent, unless its Messaging Service catches them: a TwiML app stands above its own address. */
export const addressOfNumber = (number: { smsUrl: string | null; smsApplicationSid: string | null }): string | null =>
  number.smsApplicationSid ? instead(`the TwiML app ${number.smsApplicationSid}`) : number.smsUrl || null;

/** Where a Messaging Service that catches its numbers' texts has them sent; one without an address drops them unseen. */
export const addressOfCatcher = (service: { friendlyName: string; inboundRequestUrl: string | null }): string =>
  service.inboundRequestUrl || instead(`the Messaging Service “${service.friendlyName}”, which drops them`);

/** Where a service's texts go that leaves them to its numbers: to another app where one of them goes, here where all do. */
export function addressOfAll(addresses: ReadonlyArray<string | null>, ourUrl: string): string | null {
  const another = addresses.find((each) => otherAppAt(each, ourUrl) !== null);
  if (another) return another;
  const [first = null] = addresses;
  return addresses.every((each) => leadsTo(each, ourUrl)) ? first : null;
}
