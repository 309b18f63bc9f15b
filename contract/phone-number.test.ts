import { expect, test } from "vitest";
import { usRegistration } from "./phone-number.ts";

test.each([
  ["an American number", "+14155550142", "10dlc"],
  ["one of a territory", "+17875550142", "10dlc"],
  ["a Canadian one, once it texts the United States", "+14165550142", "10dlc"],
  ["one of an area code that is newer than what is known of area codes", "+12905550142", "10dlc"],
  ["a toll-free one", "+18885550142", "toll_free"],
  ["a British one", "+442079460142", "none"],
  ["a Swedish one", "+46701234567", "none"],
  ["one that merely begins with a one", "+18765550142", "none"],
  ["a short code", "12345", "none"],
  ["a Messaging Service, whose numbers may be American", "MG".padEnd(34, "0"), "10dlc"],
])("US carriers ask of %s what they ask of its kind", (_, sender, asked) => {
  expect(usRegistration(sender)).toBe(asked);
});
