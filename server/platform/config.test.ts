import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ConfigError, isLoopbackUrl, isPrivateUrl, originsOf, readConfig, unknownSettings } from "./config.ts";

const KEY = randomBytes(32).toString("base64");
/** What is said about a wrong setting. */
function complaint(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "nothing";
}

test("without any setting it is a house for this machine alone", () => {
  expect(readConfig({})).toMatchObject({
    port: 3000,
    host: "127.0.0.1",
    publicUrl: "http://localhost:3000",
    databaseUrl: null,
    role: "all",
    secretKey: null,
    setup: null,
    rateLimit: 100,
    logLevel: "info",
    twilio: {
      apiUrl: "https://api.twilio.com",
      messagingUrl: "https://messaging.twilio.com",
      numbersUrl: "https://numbers.twilio.com",
      numbersUploadUrl: "https://numbers-upload.twilio.com",
      pricingUrl: "https://pricing.twilio.com",
    },
  });
});

test("where Twilio's API is told to be elsewhere, all of Twilio is there, but for what is told of by itself", () => {
  const TWILIO_API_URL = "http://127.0.0.1:4010/";
  const there = "http://127.0.0.1:4010";
  const all = { apiUrl: there, messagingUrl: there, numbersUrl: there, numbersUploadUrl: there, pricingUrl: there };
  expect(readConfig({ TWILIO_API_URL }).twilio).toEqual(all);
  const twilio = readConfig({ TWILIO_API_URL, TWILIO_PRICING_URL: "http://prices.example" }).twilio;
  expect(twilio).toEqual({ ...all, pricingUrl: "http://prices.example" });
  expect(readConfig({ TWILIO_PRICING_URL: "http://prices.example" }).twilio.apiUrl).toBe("https://api.twilio.com");
});

test("an empty setting is one that was not made", () => {
  const names = [
    "PORT",
    "HOST",
    "PARLEY_PUBLIC_URL",
    "DATABASE_URL",
    "PARLEY_SECRET_KEY",
    "PARLEY_OLD_SECRET_KEY",
    "PARLEY_ADMIN_EMAIL",
    "PARLEY_API_KEY",
    "PARLEY_RATE_LIMIT",
  ];
  expect(readConfig(Object.fromEntries(names.map((name) => [name, ""])))).toEqual(readConfig({}));
});

test("what the environment holds besides is nobody's business here", () => {
  expect(readConfig({ PATH: "/bin", HOME: "/", PARLEY_LOG_LEVEL: "debug" })).toMatchObject({ logLevel: "debug" });
});

test("what is named like a setting and is none is told of, with the one that was meant", () => {
  const told = (...names: string[]) => unknownSettings(Object.fromEntries(names.map((name) => [name, "x"])));
  expect(told("PARLEY_PUBLIC_ULR")).toEqual([
    "PARLEY_PUBLIC_ULR: is no setting of Parley's and is ignored. Did you mean PARLEY_PUBLIC_URL?",
  ]);
  expect(told("PARLEY_SECRETKEY")[0]).toContain("PARLEY_SECRET_KEY?");
  expect(told("PARLEY_HOST")[0]).toMatch(/mean HOST\?$/);
  expect(told("PARLEY_FAVOURITE_COLOUR_OF_ALL")).toEqual([
    "PARLEY_FAVOURITE_COLOUR_OF_ALL: is no setting of Parley's and is ignored.",
  ]);
});

test("our own settings, those of the tests, what others set and what is empty are not told of", () => {
  const names =
    "PATH HOST PARLEY_DEMO PARLEY_TWILIO_AUTH_TOKEN PARLEY_SHARED PARLEY_DEMAND_SHARED PARLEY_CHROMIUM PARLEY_PRISM";
  expect(unknownSettings(Object.fromEntries(names.split(" ").map((name) => [name, "x"])))).toEqual([]);
  const byKubernetes = {
    PARLEY_SERVICE_HOST: "10.0.0.7",
    PARLEY_PORT: "tcp://10.0.0.7:80",
    PARLEY_PORT_80_TCP_PORT: "80",
  };
  expect(unknownSettings({ ...byKubernetes, PARLEY_PUBLIC_ULR: "" })).toEqual([]);
});

test("the public address follows the port, and loses its last slash", () => {
  expect(readConfig({ PORT: "8080" }).publicUrl).toBe("http://localhost:8080");
  expect(readConfig({ PARLEY_PUBLIC_URL: "https://desk.example//", PARLEY_SECRET_KEY: KEY }).publicUrl).toBe(
    "https://desk.example",
  );
});

test("a headless install has an owner, and a key that acts for them", () => {
  const env = { PARLEY_ADMIN_EMAIL: "ana@kiln.example", PARLEY_ADMIN_PASSWORD: "kiln-and-co-2026" };
  expect(readConfig(env).setup).toEqual({ email: "ana@kiln.example", password: "kiln-and-co-2026", apiKey: null });
  expect(readConfig({ ...env, PARLEY_API_KEY: "k".repeat(32) }).setup).toMatchObject({ apiKey: "k".repeat(32) });
});

test("others who reach HOST do not change where the key is kept: the public address alone does", () => {
  expect(readConfig({ HOST: "0.0.0.0" })).toMatchObject({ secretKey: null, demo: false });
  expect(complaint({ HOST: "0.0.0.0", PARLEY_PUBLIC_URL: "http://desk.local" })).toContain("PARLEY_SECRET_KEY");
});

describe("what is wrong is named, with what to do", () => {
  test.each<[Record<string, string>, string]>([
    [{ PORT: "http" }, "PORT"],
    [{ PORT: "70000" }, "PORT"],
    [{ PORT: "3000.5" }, "PORT"],
    [{ PARLEY_PUBLIC_URL: "desk.example" }, "PARLEY_PUBLIC_URL"],
    [{ PARLEY_PUBLIC_URL: "ftp://desk.example" }, "PARLEY_PUBLIC_URL"],
    [{ DATABASE_URL: "mysql://localhost/parley" }, "DATABASE_URL"],
    [{ PARLEY_ROLE: "queen" }, "PARLEY_ROLE"],
    [{ PARLEY_SECRET_KEY: "short" }, "PARLEY_SECRET_KEY"],
    [{ PARLEY_SECRET_KEY: randomBytes(31).toString("base64") }, "PARLEY_SECRET_KEY"],
    [{ PARLEY_SECRET_KEY: KEY, PARLEY_OLD_SECRET_KEY: "short" }, "PARLEY_OLD_SECRET_KEY"],
    [{ PARLEY_SECRET_KEY: KEY, PARLEY_OLD_SECRET_KEY: KEY }, "PARLEY_OLD_SECRET_KEY"],
    [{ PARLEY_ADMIN_EMAIL: "ana", PARLEY_ADMIN_PASSWORD: "kiln-and-co-2026" }, "PARLEY_ADMIN_EMAIL"],
    [{ PARLEY_ADMIN_EMAIL: "ana@kiln.example", PARLEY_ADMIN_PASSWORD: "short" }, "PARLEY_ADMIN_PASSWORD"],
    [{ PARLEY_ADMIN_EMAIL: "ana@kiln.example" }, "PARLEY_ADMIN_PASSWORD"],
    [{ PARLEY_ADMIN_PASSWORD: "kiln-and-co-2026" }, "PARLEY_ADMIN_EMAIL"],
    [{ PARLEY_API_KEY: "k".repeat(32) }, "PARLEY_ADMIN_EMAIL"],
    [
      { PARLEY_ADMIN_EMAIL: "ana@kiln.example", PARLEY_ADMIN_PASSWORD: "kiln-and-co-2026", PARLEY_API_KEY: "short" },
      "PARLEY_API_KEY",
    ],
    [{ PARLEY_RATE_LIMIT: "0" }, "PARLEY_RATE_LIMIT"],
    [{ PARLEY_LOG_LEVEL: "loud" }, "PARLEY_LOG_LEVEL"],
    [{ TWILIO_API_URL: "api" }, "TWILIO_API_URL"],
  ])("%o", (env, name) => {
    expect(complaint(env)).toContain(name);
  });

  test("all of it at once, a line each", () => {
    const lines = complaint({ PORT: "x", PARLEY_ROLE: "queen", PARLEY_RATE_LIMIT: "-1" }).split("\n");
    expect(lines.map((line) => line.split(":")[0])).toEqual(["PORT", "PARLEY_ROLE", "PARLEY_RATE_LIMIT"]);
  });

  test("without repeating a secret", () => {
    expect(complaint({ PARLEY_SECRET_KEY: "hush-hush" })).not.toContain("hush");
    expect(complaint({ PARLEY_ADMIN_EMAIL: "ana@kiln.example", PARLEY_ADMIN_PASSWORD: "hush" })).not.toContain("hush");
  });
});

test("a house that others reach needs a key of its own, one on this machine does not", () => {
  for (const PARLEY_PUBLIC_URL of ["https://desk.example", "http://192.168.1.5:3000", "http://desk.local"]) {
    expect(complaint({ PARLEY_PUBLIC_URL })).toContain("PARLEY_SECRET_KEY");
    expect(readConfig({ PARLEY_PUBLIC_URL, PARLEY_SECRET_KEY: KEY }).secretKey).toHaveLength(32);
  }
  expect(readConfig({ PARLEY_PUBLIC_URL: "http://127.0.0.1:3000" }).secretKey).toBeNull();
});

const LOOPBACK = [
  "http://localhost:3000",
  "http://127.0.0.1",
  "http://127.8.8.8",
  "http://[::1]:3000",
  "http://desk.localhost",
];
const PRIVATE = [
  "http://10.0.0.1",
  "http://172.16.0.1",
  "http://172.31.9.9",
  "http://192.168.1.1",
  "http://169.254.1.1",
  "http://100.64.0.1",
  "http://0.0.0.0",
  "http://[fd00::1]",
  "http://[fe80::1]",
  "http://desk",
  "http://desk.local",
  "http://desk.internal",
];
const PUBLIC = [
  "https://desk.example",
  "http://8.8.8.8",
  "http://172.15.0.1",
  "http://172.32.0.1",
  "http://100.128.0.1",
  "http://[2001:4860:4860::8888]",
  "https://localhost.example",
  "https://127.0.0.1.example",
  "https://local.example",
];

test.each(LOOPBACK)("%s is this machine", (url) => {
  expect([isLoopbackUrl(url), isPrivateUrl(url)]).toEqual([true, true]);
});
test.each(PRIVATE)("%s is a place that the internet can't reach", (url) => {
  expect([isLoopbackUrl(url), isPrivateUrl(url)]).toEqual([false, true]);
});
test.each(PUBLIC)("%s is in the world", (url) => {
  expect([isLoopbackUrl(url), isPrivateUrl(url)]).toEqual([false, false]);
});

test("a house in the world has one origin, one on this machine answers to its names", () => {
  expect(originsOf("https://desk.example")).toEqual(["https://desk.example"]);
  expect(originsOf("http://localhost:3000").sort()).toEqual([
    "http://127.0.0.1:3000",
    "http://[::1]:3000",
    "http://localhost:3000",
  ]);
  expect(originsOf("http://127.0.0.1").sort()).toEqual(["http://127.0.0.1", "http://[::1]", "http://localhost"]);
});
