import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import twilio from "twilio";
import { expect, test } from "vitest";
import { sign } from "./signature.ts";

const { validateRequest } = twilio;
const shared = process.env.PARLEY_SHARED ?? resolve(import.meta.dirname, "../../shared");
const vectors = join(shared, "vectors/signatures.json");
type Row = { name: string; token: string; url: string; params: Record<string, unknown> };

test("Twilio's worked example comes out as documented", () => {
  const params = {
    CallSid: "CA1234567890ABCDE",
    Caller: "+14158675310",
    Digits: "1234",
    From: "+14158675310",
    To: "+18005551212",
  };
  expect(sign("12345", "https://example.com/myapp.php?foo=1&bar=2", params)).toBe("L/OH5YylLD5NRKLltdqwSvS0BnU=");
});

test("the official library accepts signatures over emoji, blanks and names that sort by case", () => {
  const params = { Body: "  🏺 café ", b: "1", B: "2", NumMedia: "0", FromCity: "" };
  const url = "http://127.0.0.1:3000/api/webhooks/twilio/sms?x=1";
  const signature = sign("token", url, params);
  expect(validateRequest("token", signature, url, params)).toBe(true);
  expect(validateRequest("token", signature, url, { ...params, Body: "🏺 café" })).toBe(false);
});

test.skipIf(!existsSync(vectors))(
  `the official library accepts ours for every vector (skipped without ${vectors})`,
  () => {
    const rows: Row[] = JSON.parse(readFileSync(vectors, "utf8")).form;
    const plain = rows.filter((row) => Object.values(row.params).every((value) => typeof value === "string"));
    expect(plain.length).toBeGreaterThan(10);
    for (const { token, url, params, name } of plain) {
      const texts = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)]));
      expect({ name, ok: validateRequest(token, sign(token, url, texts), url, texts) }).toEqual({ name, ok: true });
    }
  },
);
