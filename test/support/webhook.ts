/** Webhooks that a test posts itself, signed as the provider signs them, or not. */
import { randomBytes } from "node:crypto";
import { signatureOf } from "../../server/channels/twilio/signature.ts";
import { DANA, KILN, type Town } from "./town.ts";

export const INBOUND = "/api/webhooks/twilio/sms";
export const STATUS = "/api/webhooks/twilio/status";

export const newSid = (prefix: "SM" | "MM" | "AC") => `${prefix}${randomBytes(16).toString("hex")}`;

/** The fields of a text from Dana to the business. */
export const textFields = (
  town: Pick<Town, "twilio">,
  fields: Record<string, string> = {},
): Record<string, string> => ({
  MessageSid: newSid("SM"),
  AccountSid: town.twilio.sid,
  From: DANA,
  To: KILN,
  Body: "Hello",
  NumMedia: "0",
  NumSegments: "1",
  ...fields,
});

interface Signing {
  /** Signs with this token instead of the account's. */
  token?: string;
  /** Signs these fields instead of those that are posted. */
  signed?: Fields;
  /** Signs this address instead of the public one. */
  address?: string;
  /** This header instead of a signature; null: none. */
  signature?: string | null;
}

/** Pairs where names repeat. */
type Fields = Record<string, string> | ReadonlyArray<readonly [string, string]>;
const pairsOf = (fields: Fields): Array<[string, string]> =>
  (Array.isArray(fields) ? fields : Object.entries(fields)).map(([name, value]) => [name, value]);

interface Answered {
  status: number;
  type: string | null;
  body: string;
}

const answered = async (response: Response): Promise<Answered> => ({
  status: response.status,
  type: response.headers.get("content-type"),
  body: await response.text(),
});

export async function postWebhook(
  { publicUrl, twilio }: Pick<Town, "publicUrl" | "twilio">,
  path: string,
  fields: Fields,
  { token = twilio.authToken, signed = fields, address = publicUrl, signature }: Signing = {},
): Promise<Answered> {
  const header = signature === undefined ? signatureOf(token, `${address}${path}`, pairsOf(signed)) : signature;
  return answered(
    await fetch(`${publicUrl}${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        ...(header === null ? {} : { "x-twilio-signature": header }),
      },
      body: new URLSearchParams(pairsOf(fields)).toString(),
    }),
  );
}

/** The same of a number whose webhook is called by GET: the fields are in the query, and signed as part of the address. */
export async function getWebhook(
  { publicUrl, twilio }: Pick<Town, "publicUrl" | "twilio">,
  path: string,
  fields: Fields,
  { token = twilio.authToken, signed = fields }: Pick<Signing, "token" | "signed"> = {},
): Promise<Answered> {
  const addressOf = (of: Fields) => `${publicUrl}${path}?${new URLSearchParams(pairsOf(of))}`;
  const signature = signatureOf(token, addressOf(signed), []);
  return answered(await fetch(addressOf(fields), { headers: { "x-twilio-signature": signature } }));
}
