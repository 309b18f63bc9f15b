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
  signed?: Record<string, string>;
  /** Signs this address instead of the public one. */
  address?: string;
  /** This header instead of a signature; null: none. */
  signature?: string | null;
}

export async function postWebhook(
  { publicUrl, twilio }: Pick<Town, "publicUrl" | "twilio">,
  path: string,
  fields: Record<string, string>,
  { token = twilio.authToken, signed = fields, address = publicUrl, signature }: Signing = {},
): Promise<{ status: number; type: string | null; body: string }> {
  const header = signature === undefined ? signatureOf(token, `${address}${path}`, Object.entries(signed)) : signature;
  const response = await fetch(`${publicUrl}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(header === null ? {} : { "x-twilio-signature": header }),
    },
    body: new URLSearchParams(fields).toString(),
  });
  return { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
}
