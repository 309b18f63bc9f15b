/** Where files are fetched from: Twilio's hosts and no others, and the credentials at its API alone. */
import { describe, expect, test } from "vitest";
import type { Credentials } from "../channel.ts";
import { fileAddress, redirectTarget } from "./files.ts";

const account = `AC${"a".repeat(32)}`;
const credentials: Credentials = { accountSid: account, authToken: "b".repeat(32), simulated: false };
const API = "https://api.twilio.com";
const hosts = {
  apiUrl: API,
  messagingUrl: "https://messaging.twilio.com",
  numbersUrl: "https://numbers.twilio.com",
  numbersUploadUrl: "https://numbers-upload.twilio.com",
  pricingUrl: "https://pricing.twilio.com",
  simulatorUrl: null,
};
const pathOf = (sid: string) => `/2010-04-01/Accounts/${sid}/Messages/MM${"c".repeat(32)}/Media/ME${"d".repeat(32)}`;
const path = pathOf(account);

describe("the address in a webhook", () => {
  test.each([`${API}${path}`, `https://api.dublin.ie1.twilio.com${path}`])("%s is asked at the API", (url) => {
    expect(fileAddress(hosts, credentials, url)).toBe(`${API}${path}`);
  });

  test("of a simulated account is asked at the simulator", () => {
    const simulator = { ...hosts, simulatorUrl: "http://127.0.0.1:4010" };
    const simulated = { ...credentials, simulated: true };
    expect(fileAddress(simulator, simulated, `http://127.0.0.1:4010${path}`)).toBe(`http://127.0.0.1:4010${path}`);
    expect(fileAddress(simulator, credentials, `http://127.0.0.1:4010${path}`)).toBeNull();
  });

  test.each([
    `http://api.twilio.com${path}`,
    `https://api.twilio.com:8443${path}`,
    `https://api.twilio.com.evil.example${path}`,
    `https://evil.example/api.twilio.com${path}`,
    `https://api.twilio.com@evil.example${path}`,
    `https://user:password@api.twilio.com${path}`,
    `https://apixtwilio.com${path}`,
    `https://a.b.c.api.twilio.com${path}`,
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost:5432/",
    "file:///etc/passwd",
    `${API}/2010-04-01/Accounts/${account}.json`,
    `${API}${pathOf(`AC${"f".repeat(32)}`)}`,
    `${API}${path}/../../../../Balance.json`,
    `${API}${path}%2f..`,
    "",
    "not an address",
  ])("%s is not asked at all", (url) => {
    expect(fileAddress(hosts, credentials, url)).toBeNull();
  });
});

describe("where the API redirects to", () => {
  test.each([
    ["https://media.twiliocdn.com/ACa/b", "https://media.twiliocdn.com/ACa/b"],
    ["https://mms.twiliocdn.com/ACa/b?Expires=1&Signature=x", "https://mms.twiliocdn.com/ACa/b?Expires=1&Signature=x"],
    [
      "https://media.twiliocdn.com.s3-external-1.amazonaws.com/ACa/b",
      "https://media.twiliocdn.com.s3-external-1.amazonaws.com/ACa/b",
    ],
    ["/elsewhere/on/the/api", `${API}/elsewhere/on/the/api`],
  ])("%s is followed", (location, target) => {
    expect(redirectTarget(API, `${API}${path}`, location)).toBe(target);
  });

  test.each([
    "http://media.twiliocdn.com/ACa/b",
    "https://media.twiliocdn.com:8443/ACa/b",
    "https://media.twiliocdn.com.evil.example/b",
    "https://twiliocdn.com.evil.example/b",
    "https://nottwiliocdn.com/b",
    "https://mybucket.s3.amazonaws.com/b",
    "https://10.0.0.1/b",
    "//169.254.169.254/latest/meta-data",
    "https://user@media.twiliocdn.com/b",
    "gopher://media.twiliocdn.com/b",
    undefined,
  ])("%s is not", (location) => {
    expect(redirectTarget(API, `${API}${path}`, location)).toBeNull();
  });
});
