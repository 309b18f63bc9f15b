/** No change goes by unseen: every route that writes is written down in the audit log, or is daily work for a reason given here. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AuditEntry } from "../../contract/audit.ts";
import type { Answer, Api } from "../support/api.ts";
import { codeFor } from "../support/authenticator.ts";
import { deedsOf } from "../support/deeds.ts";
import { type Colleague, hire, ownerSession } from "../support/people.ts";
import { foundTown, type Town } from "../support/town.ts";

/** What the inbox does all day has its own history: in the thread, the ledger, a message's events. */
const DAILY: Record<string, string> = {
  "POST /api/consent/verify": "looks, and changes nothing",
  "POST /api/tools/segments": "counts, and keeps nothing",
  "POST /api/contacts": "people come all day; their timeline says how",
  "POST /api/whatsapp-api/contacts": "the same under another address",
  "PATCH /api/contacts/:id": "what is known of a person is no setting",
  "POST /api/conversations": "talking to people",
  "POST /api/conversations/bulk": "the inbox, many at a time",
  "PATCH /api/conversations/:id": "the inbox; the thread says who did it",
  "POST /api/conversations/:id/notes": "talking among each other",
  "POST /api/conversations/:id/messages": "talking to people; the message names its sender",
  "POST /api/sms-requests/files": "a file of a draft; what becomes of the draft is written down",
  "PATCH /api/messages/:id": "a message that has not left yet",
  "POST /api/messages/:id/cancel": "a message that has not left yet",
  "POST /api/messages/:id/resend": "a message, once more; its attempts say so",
  "POST /api/media": "a file that a message is to have",
  "POST /api/reviews/:id/decide": "an act of consent; the ledger names who decided",
  "POST /api/reviews/:id/ask": "a question to a person, which is a message",
  "POST /api/demo/phones/:number/texts": "a customer of the demo writes",
  "POST /api/demo/faults": "the demo's simulator, nothing of ours",
};

let town: Town;
let ana: Colleague;
let api: Api;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  ana = await ownerSession(town);
  api = ana.api;
  channel = await town.connect();
});
afterAll(() => town.stop());

const DEEDS = deedsOf({
  get town() {
    return town;
  },
  get ana() {
    return ana;
  },
  get channel() {
    return channel;
  },
});

/** Files that are shown in the inbox rather than taken out of the house. */
const SHOWN = ["GET /api/media/:id", "GET /api/calls/:id/recording", "GET /api/demo/pictures/:messageSid/:mediaSid"];

test("every route that writes or hands out a file is told of here, and no other", () => {
  const writing = town.house.routes
    .filter(({ method, givesFile }) => method !== "GET" || givesFile)
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => !SHOWN.includes(route));
  expect([...Object.keys(DEEDS), ...Object.keys(DAILY)].sort()).toEqual(writing.sort());
});

const entries = async () => ((await api.get("/api/audit?limit=200")).body.items ?? []) as unknown as AuditEntry[];

/** What an act has written. */
async function writtenBy(act: () => Promise<Answer>): Promise<AuditEntry[]> {
  const before = new Set((await entries()).map(({ id }) => id));
  const { status, body } = await town.passing(act());
  expect([status, body.code]).toEqual([expect.toBeOneOf([200, 201, 204]), undefined]);
  return (await entries()).filter(({ id }) => !before.has(id));
}

test.each(Object.entries(DEEDS))("%s is written down", async (_route, { verb, does }) => {
  const written = await writtenBy(does);
  expect(written.map((each) => each.verb)).toContain(verb);
  expect(written.find((each) => each.verb === verb)?.actor).toMatchObject({ type: "member", id: ana.memberId });
});

test("so is how people get in, which no route of a workspace does", async () => {
  const verbsOf = async (act: () => Promise<unknown>) => {
    const before = new Set((await entries()).map(({ id }) => id));
    await act();
    return (await entries()).filter(({ id }) => !before.has(id)).map(({ verb, thing }) => [verb, thing.name]);
  };
  const tokenOf = ({ body }: Answer) => new URL(String(body.url)).hash.replace("#token=", "");
  const use = (token: string) =>
    town.as(null).post("/api/sign-in-links/use", { token, password: "clay between the fingers" });

  const guest = { name: "Iris", email: "iris@kiln.example", role: "agent" };
  const invited = tokenOf(await api.post("/api/invitations", guest));
  expect(await verbsOf(() => use(invited))).toEqual([["member.joined", guest.name]]);

  const greta = await hire(town, "agent", "Greta");
  const { password } = greta;
  const ask = (path: string, body: object) => greta.api.post(`/api/auth/${path}`, body);
  const begun = (await ask("two-factor", { password })).body;
  const turnedOn = () => ask("code", { code: codeFor(String(begun.uri)) });
  expect(await verbsOf(() => ask("two-factor", { password: "not hers at all" }))).toEqual([]);
  expect(await verbsOf(() => ask("code", { code: "000000" }))).toEqual([]);
  expect(await verbsOf(turnedOn)).toEqual([["sign_in.two_factor_on", "Greta"]]);

  const reset = tokenOf(await api.post(`/api/members/${greta.memberId}/reset-link`));
  expect(await verbsOf(() => use(reset))).toEqual([["sign_in.reset", "Greta"]]);

  const hilde = await hire(town, "agent", "Hilde");
  const change = { currentPassword: hilde.password, newPassword: "another one, and longer" };
  expect(await verbsOf(() => hilde.api.post("/api/auth/password", change))).toEqual([
    ["sign_in.password_changed", "Hilde"],
  ]);
});
