import { createHmac } from "node:crypto";

/**
 * X-Twilio-Signature: base64(HMAC-SHA1(auth token, URL + each form parameter's name and value, sorted by name)).
 * The URL is the configured one without its fragment and without user:password (reference, section 2). A GET signs the URL alone.
 */
export function sign(authToken: string, url: string, params: Record<string, string>): string {
  const names = Object.keys(params).sort();
  const data = names.reduce((text, name) => text + name + params[name], url);
  return createHmac("sha1", authToken).update(data, "utf8").digest("base64");
}
