import { expect, test } from "vitest";
import { createLog } from "./log.ts";

const DANA = "+14155550101";

/** What is written when `say` logs. */
function written(say: (log: ReturnType<typeof createLog>) => void, level = "info"): string[] {
  const lines: string[] = [];
  say(createLog(level, (line) => lines.push(line)));
  return lines;
}
const logged = (facts: unknown) =>
  JSON.parse(written((log) => log.info(facts, "a fact"))[0] ?? "{}") as Record<string, unknown>;

test("a line is one JSON object with its level by name", () => {
  const [line = ""] = written((log) => log.warn({ count: 2 }, "twice"));
  expect(line.endsWith("\n")).toBe(true);
  expect(JSON.parse(line)).toMatchObject({ level: "warn", count: 2, msg: "twice" });
});

test("what is below the level is not written", () => {
  expect(written((log) => log.info("quiet"), "warn")).toEqual([]);
});

test.each([
  ["a fact", (log: ReturnType<typeof createLog>) => log.info({ to: DANA }, "sent")],
  ["the words", (log: ReturnType<typeof createLog>) => log.info(`sent to ${DANA}`)],
  ["a value put into the words", (log: ReturnType<typeof createLog>) => log.info("sent to %s", DANA)],
  ["a list", (log: ReturnType<typeof createLog>) => log.info({ to: [DANA, [DANA]] })],
  ["a fact within facts", (log: ReturnType<typeof createLog>) => log.info({ a: { b: { c: { d: { to: DANA } } } } })],
  ["a name", (log: ReturnType<typeof createLog>) => log.info({ [DANA]: 1 })],
  [
    "an address of the web",
    (log: ReturnType<typeof createLog>) => log.info({ url: `/api/contacts?phone=${encodeURIComponent(DANA)}` }),
  ],
  ["an error", (log: ReturnType<typeof createLog>) => log.error({ error: new Error(`no route to ${DANA}`) }, "lost")],
  ["a bare error", (log: ReturnType<typeof createLog>) => log.error(new Error(`no route to ${DANA}`))],
  [
    "what lies too deep to look at",
    (log: ReturnType<typeof createLog>) =>
      log.info({ a: { b: { c: { d: { e: { f: { g: { h: { to: DANA } } } } } } } } }),
  ],
])("a phone number in %s is masked", (_where, say) => {
  const text = written(say).join("");
  expect(text).not.toBe("");
  expect(text).not.toContain("4155550101");
});

test.each([
  ["as people write it", "call (415) 555-0101 now", "call 4…01 now"],
  ["with its code and gaps", "+1 (415) 555-0101", "+1…01"],
  ["with points", "415.555.0101", "4…01"],
  ["without its plus", "14155550101", "1…01"],
  ["encoded, with gaps", "/api/contacts?phone=%2B1%20%28415%29%20555-0101", "/api/contacts?phone=%2B1…01"],
  ["encoded twice", "?next=%252B14155550101", "?next=%252B1…01"],
  ["a short code after its word", "sent to 72975", "sent to …75"],
])("a number %s is masked", (_how, text, shown) => {
  expect(logged({ text }).text).toBe(shown);
});

test("a short code is masked by its name, and a moment, a code of an error and an address are none", () => {
  expect(logged({ from: "72975", To: "72975" })).toMatchObject({ from: "…75", To: "…75" });
  const facts = { at: "1765432100123", iso: "2026-06-09T10:00:00.000Z", code: "error 30034", host: "127.0.0.1:54321" };
  expect(logged(facts)).toMatchObject(facts);
});

test("a masked number still tells numbers apart", () => {
  expect(logged({ to: DANA, from: "+447700900123" })).toMatchObject({ to: "+1…01", from: "+4…23" });
});

test.each([
  "authToken",
  "auth_token",
  "AuthToken",
  "authorization",
  "Authorization",
  "cookie",
  "set-cookie",
  "password",
  "secret",
  "apiKey",
  "api_key",
  "token",
  "content",
  "body",
  "Body",
  "smsCompliance",
  "proof",
  "disclosure",
])("the value of %s is hidden, at any depth", (name) => {
  const facts = {
    [name]: "hush",
    more: { [name]: "hush", list: [{ deeper: { and: { deeper: { [name]: { still: "hush" } } } } }] },
  };
  const text = JSON.stringify(logged(facts));
  expect(text).not.toContain("hush");
  expect(text).toContain(name);
});

test("what is neither stays as it is", () => {
  const facts = { count: 3, ok: true, none: null, at: new Date(0), code: 30034, names: ["a", "b"] };
  expect(logged(facts)).toMatchObject({ ...facts, at: "1970-01-01T00:00:00.000Z" });
});

test("an error shows its kind, its words and its place", () => {
  const { error } = logged({ error: new TypeError("not so") });
  expect(error).toMatchObject({ type: "TypeError", message: "not so", stack: expect.stringContaining("log.test.ts") });
});
