import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { noSharedFiles, sharedFile } from "../../../test/support/shared.ts";
import { answerClass, explainFailure } from "./failures.ts";

/** What Twilio documents about sending and its deliveries; codes of our own webhooks and of buying numbers are not here. */
const codesAboutSending = {
  fix: [
    ...[20003, 20005, 10001, 20404, 20001, 20002, 20422, 21212, 21408, 21601, 21606, 21659, 21660, 21661, 21602, 21603],
    ...[21604, 21619, 21608, 21219, 21609, 21617, 21620, 21621, 21622, 21623, 21701, 21705, 21703, 21704, 30002, 30007],
    ...[30018, 30040, 30041, 30019, 30032, 30033, 30034, 30037, 30038, 30039, 35114, 35115, 35117, 35118, 35125, 63007],
    ...[63013, 63016],
  ],
  stop: [
    ...[21211, 21610, 21612, 21614, 21635, 30004, 30005, 30006, 30011, 30450, 30453, 30485, 63003, 63024, 63032, 63033],
  ],
  retry: [20429, 21611, 30001, 30003, 30008, 30017, 30022, 30036, 30410, 63018],
  wait: [30023, 30024, 30025, 30026, 30027, 30035, 63038, 63049],
  unknown: [20500, 20503],
} as const;
const expected = Object.entries(codesAboutSending).flatMap(([class_, codes]) =>
  codes.map((code): [number, string] => [code, class_]),
);

test.each(expected)("%i is explained, and its class is %s", (code, class_) => {
  const failure = explainFailure(code);
  expect(failure.class).toBe(class_);
  expect(failure.code).not.toBe("unknown_error");
  expect(failure.helpUrl).toBe(`https://www.twilio.com/docs/api/errors/${code}`);
});

/** In the reference's table, but never said of a message that we send: each with why. */
const notAboutSending: Record<string, string> = {
  ...{ 21710: "a number joins a Messaging Service", 21712: "the same", 21714: "the same" },
  30009: "a part of a text to us is missing",
};

test("every code of the reference's table that a send can get is explained", ({ skip }) => {
  const file = sharedFile("reference/twilio-and-whatsapp.md");
  if (!file) return skip(noSharedFiles);
  const text = readFileSync(file, "utf8");
  const table = text.slice(text.indexOf("### Error codes"), text.indexOf("Spec caveat"));
  const codes = [...table.matchAll(/^\| ([\d ,/-]+) \| [AC]\b/gm)].flatMap(([, cell = ""]) => codesIn(cell));
  expect(codes.length).toBeGreaterThan(90);
  for (const code of codes.filter((each) => !(each in notAboutSending)))
    expect(explainFailure(code).code, code).not.toBe("unknown_error");
});

/** "30025/26/27", "35114-35125" or "20001, 20002" as single codes. */
function codesIn(cell: string): string[] {
  const [first = "", ...more] = cell.trim().split(/[\s,/]+/);
  const whole = [first, ...more].map((code) => (code.length < 5 ? first.slice(0, 5 - code.length) + code : code));
  return whole.flatMap((code) => {
    const [from = 0, to = from] = code.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, n) => String(from + n));
  });
}

test("every explanation is a stable reason, what happened and what to do", () => {
  for (let code = 10_000; code < 70_000; code++) {
    const failure = explainFailure(code);
    expect(failure.code, String(code)).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(failure.message, String(code)).toMatch(/^[A-Z][^!]+[.:;] [^!]+\.$/);
  }
});

test("one reason has one class and one message", () => {
  const seen = new Map<string, string>();
  for (let code = 10_000; code < 70_000; code++) {
    const { code: reason, class: class_, message } = explainFailure(code);
    if (reason === "unknown_error") continue;
    expect(seen.get(reason) ?? class_ + message).toBe(class_ + message);
    seen.set(reason, class_ + message);
  }
  expect(seen.size).toBeGreaterThan(60);
});

test("only codes that Twilio has are explained", ({ skip }) => {
  const file = sharedFile("vectors/twilio_error_codes.json");
  if (!file) return skip(noSharedFiles);
  const { codes } = z
    .object({ codes: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(file, "utf8")));
  const scheduling = Array.from({ length: 12 }, (_, n) => String(35114 + n));
  const newerThanTheList = ["30047", "30640", ...scheduling];
  for (let code = 10_000; code < 70_000; code++) {
    if (explainFailure(code).code === "unknown_error") continue;
    expect([...Object.keys(codes), ...newerThanTheList]).toContain(String(code));
  }
});

test("a number without its registration is told where to get it", () => {
  expect(explainFailure("30034")).toEqual({
    code: "not_registered_10dlc",
    message:
      "This number is not registered for A2P 10DLC, so US carriers block it. Complete the channel's compliance page, then add the number to the approved campaign.",
    class: "fix",
    helpUrl: "https://www.twilio.com/docs/api/errors/30034",
  });
});

describe("what is not known is said to be unknown", () => {
  test("a code that we have no words for", () => {
    const failure = explainFailure(49_999);
    expect(failure).toMatchObject({ code: "unknown_error", class: "unknown" });
    expect(failure.message).toContain("49999");
    expect(failure.helpUrl).toBe("https://www.twilio.com/docs/api/errors/49999");
  });

  test.each([null, "", " ", "0", 0])("no code: %j", (code) => {
    expect(explainFailure(code)).toMatchObject({ code: "no_reason_given", class: "unknown" });
    expect(explainFailure(code)).not.toHaveProperty("helpUrl");
  });

  test("something that is no code", () => {
    expect(explainFailure("../x")).toMatchObject({ code: "unknown_error", class: "unknown" });
    expect(explainFailure("../x")).not.toHaveProperty("helpUrl");
  });
});

describe("an answer to a request to send", () => {
  test.each([
    [400, 21610, "refused"],
    [401, 20003, "refused"],
    [404, null, "refused"],
    [422, 20422, "refused"],
    [429, null, "limited"],
    [429, 20429, "limited"],
    [400, 21611, "limited"],
    [400, 20429, "limited"],
    [408, null, "unknown"],
    [500, 20500, "unknown"],
    [502, null, "unknown"],
    [503, 20429, "unknown"],
    [302, null, "unknown"],
  ] as const)("%i with code %s is %s", (status, code, reading) => {
    expect(answerClass(status, code)).toBe(reading);
  });
});
