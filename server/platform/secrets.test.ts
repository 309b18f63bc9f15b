import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSecrets, type Place } from "./secrets.ts";

const key = Buffer.alloc(32, 7);
const secrets = createSecrets(key, randomBytes);
const place: Place = { tenant: "AC1", table: "provider_accounts", field: "auth_token" };
const token = "9f86d081884c7d659a2feaa0c55ad015";

test("what is sealed opens at its place, and nothing of it shows", () => {
  const envelope = secrets.seal(token, place);
  expect(envelope).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+$/);
  expect(envelope).not.toContain(token);
  expect(secrets.open(envelope, place)).toBe(token);
});

test.each(["", "ключ 🔑", "x".repeat(10_000)])("any text can be sealed: %j", (text) => {
  expect(secrets.open(secrets.seal(text, place), place)).toBe(text);
});

test("the same text is another envelope each time", () => {
  const envelopes = Array.from({ length: 50 }, () => secrets.seal(token, place));
  expect(new Set(envelopes).size).toBe(50);
});

test.each<[string, Partial<Place>]>([
  ["tenant", { tenant: "AC2" }],
  ["table", { table: "language_models" }],
  ["field", { field: "api_key" }],
])("it does not open at another %s", (_what, other) => {
  expect(() => secrets.open(secrets.seal(token, place), { ...place, ...other })).toThrow();
});

test("places are told apart even where their parts run together", () => {
  const envelope = secrets.seal(token, { tenant: "a", table: "b", field: "c" });
  expect(() => secrets.open(envelope, { tenant: "a\nb", table: "c", field: "" })).toThrow();
});

test("an envelope that was altered anywhere does not open", () => {
  const envelope = secrets.seal(token, place);
  const start = envelope.indexOf(".", 12) + 1;
  for (let at = start; at < envelope.length - 1; at++) {
    const altered = `${envelope.slice(0, at)}${envelope[at] === "A" ? "B" : "A"}${envelope.slice(at + 1)}`;
    expect(() => secrets.open(altered, place)).toThrow();
  }
});

test("an envelope that was cut short does not open: a shorter tag is no tag", () => {
  const [version, id, nonce, sealed = ""] = secrets.seal(token, place).split(".");
  const raw = Buffer.from(sealed, "base64url");
  for (const length of [0, 1, 4, 8, 12, 15, raw.length - 16, raw.length - 1]) {
    const cut = [version, id, nonce, raw.subarray(0, length).toString("base64url")].join(".");
    expect(() => secrets.open(cut, place)).toThrow();
  }
});

test("another key names itself and the one that is missing", () => {
  const other = createSecrets(Buffer.alloc(32, 8), randomBytes);
  const envelope = secrets.seal(token, place);
  const id = envelope.split(".")[1] ?? "";
  expect(() => other.open(envelope, place)).toThrow(id);
  expect(() => other.open(envelope, place)).toThrow(/PARLEY_SECRET_KEY/);
});

test("a key's name tells nothing of the key, and is the same each time", () => {
  const id = secrets.seal("", place).split(".")[1];
  expect(createSecrets(key, randomBytes).seal("", place).split(".")[1]).toBe(id);
  expect(key.toString("hex")).not.toContain(id);
});

test.each(["", "v1", "v1...", "v2.00000000.AAAA.AAAA", token])("what is no envelope is refused: %j", (text) => {
  expect(() => secrets.open(text, place)).toThrow();
});

test("a former key opens what it sealed, and seals nothing more", () => {
  const next = Buffer.alloc(32, 9);
  const both = createSecrets(next, randomBytes, [key]);
  expect(both.open(secrets.seal(token, place), place)).toBe(token);
  expect(createSecrets(next, randomBytes).open(both.seal(token, place), place)).toBe(token);
  expect(both.keyIds).toEqual([both.keyId, secrets.keyId]);
});
