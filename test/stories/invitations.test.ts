/** Letting people in without mail: a link that works for one person, once, for as long as whoever made it may. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer, Api } from "../support/api.ts";
import { codeFor } from "../support/authenticator.ts";
import {
  type Colleague,
  foundNeighbour,
  hire,
  inSession,
  keyWith,
  ownerSession,
  signIn,
  workspaceOf,
} from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
let owner: Colleague;
let admin: Colleague;
beforeAll(async () => {
  town = await foundTown();
  owner = await ownerSession(town);
  admin = await hire(town, "admin", "Ada");
});
afterAll(() => town.stop());

const DAY_MS = 24 * 60 * 60 * 1000;
const PASSWORD = "clay between the fingers";
let people = 0;
const newcomer = (role = "agent") => ({ name: `Noor ${++people}`, email: `Noor${people}@Kiln.example`, role });

const tokenOf = ({ body }: Answer): string => new URL(String(body.url)).hash.replace("#token=", "");
const invite = (by: Api, person: object) => by.post("/api/invitations", person);
const look = (token: string, by: Api = town.as(null)) => by.post("/api/sign-in-links/look", { token });
const use = (token: string, more: object = { password: PASSWORD }, by: Api = town.as(null)) =>
  by.post("/api/sign-in-links/use", { token, ...more });
const sessionIn = ({ headers }: Answer): Api =>
  inSession(
    town,
    headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; "),
  );
const notValid = { status: 422, body: { code: "link_not_valid", errors: [{ path: "token" }] } };

describe("an invitation", () => {
  test("is a link that says where it leads, and lets one person in under their own password", async () => {
    const person = newcomer();
    const made = await invite(admin.api, person);
    expect(made).toMatchObject({
      status: 201,
      body: { email: person.email.toLowerCase(), role: "agent", madeBy: "Ada" },
    });
    expect(made.body.url).toMatch(new RegExp(`^${town.publicUrl}/join#token=[\\w-]{43}$`));
    const token = tokenOf(made);
    expect((await look(token)).body).toMatchObject({
      kind: "invitation",
      workspace: { id: await workspaceOf(town), name: "My business" },
      role: "agent",
      madeBy: "Ada",
      email: person.email.toLowerCase(),
      known: false,
      signedInAs: null,
    });
    const used = await use(token, { name: "Noor of the glazes", password: PASSWORD });
    expect(used.status).toBe(204);
    expect((await sessionIn(used).get("/api/me")).body).toMatchObject({
      role: "agent",
      actor: { name: "Noor of the glazes" },
    });
    expect((await signIn(town, person.email, PASSWORD)).answer.status).toBe(200);
    expect(await use(token)).toMatchObject(notValid);
    expect(await look(token)).toMatchObject(notValid);
  });

  test("waits in a list without its link, and is kept as a hash", async () => {
    const person = newcomer("viewer");
    const token = tokenOf(await invite(owner.api, person));
    const { items } = (await owner.api.get("/api/invitations")).body;
    expect(items).toContainEqual(expect.objectContaining({ email: person.email.toLowerCase(), role: "viewer" }));
    expect(JSON.stringify(items)).not.toContain(token);
    expect(JSON.stringify(await asOwner(town, "select * from sign_in_links"))).not.toContain(token);
    expect(JSON.stringify(await asOwner(town, "select * from events"))).not.toContain(token);
  });

  test("that is withdrawn, replaced or a week old is good for nothing", async () => {
    const [withdrawn, replaced, old] = [newcomer(), newcomer(), newcomer()];
    const first = await invite(owner.api, withdrawn);
    expect((await owner.api.delete(`/api/invitations/${first.body.id}`)).status).toBe(204);
    expect(await use(tokenOf(first))).toMatchObject(notValid);
    const before = await invite(owner.api, replaced);
    const after = await invite(owner.api, replaced);
    expect(await use(tokenOf(before))).toMatchObject(notValid);
    expect((await use(tokenOf(after))).status).toBe(204);
    const late = await invite(owner.api, old);
    town.clock.advance(7 * DAY_MS + 1);
    expect(await use(tokenOf(late))).toMatchObject(notValid);
    expect((await owner.api.get("/api/invitations")).body.items).toEqual([]);
  });

  test("used by two at once lets one in", async () => {
    const token = tokenOf(await invite(owner.api, newcomer()));
    const answers = await Promise.all([use(token), use(token, { password: "another one of twelve" })]);
    expect(answers.map(({ status }) => status === 204)).toContain(true);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  });

  test("gives no role that its maker could not give", async () => {
    expect(await invite(admin.api, newcomer("owner"))).toMatchObject({
      status: 403,
      body: { permission: "account.transfer" },
    });
    const few = await keyWith(town, ["members.manage", "inbox.read"]);
    expect((await invite(few.api, newcomer("agent"))).status).toBe(403);
  });

  test("goes with its maker's right to invite", async () => {
    const [ann, bob] = [await hire(town, "admin", "Ann"), await hire(town, "admin", "Bob")];
    const key = await keyWith(town, ["members.manage", "inbox.read", "contacts.read", "analytics.read"]);
    const fromAnn = tokenOf(await invite(ann.api, newcomer("admin")));
    const fromBob = tokenOf(await invite(bob.api, newcomer("admin")));
    const fromKey = tokenOf(await invite(key.api, newcomer("viewer")));
    await owner.api.delete(`/api/members/${ann.memberId}`);
    await owner.api.patch(`/api/members/${bob.memberId}`, { role: "viewer" });
    await owner.api.delete(`/api/api-keys/${key.id}`);
    for (const token of [fromAnn, fromBob, fromKey]) expect(await use(token)).toMatchObject(notValid);
  });

  test("for somebody who is here already names them", async () => {
    expect(await invite(owner.api, { ...newcomer(), email: admin.email })).toMatchObject({
      status: 409,
      body: { code: "member_exists", memberId: admin.memberId },
    });
  });

  test("for somebody who signs in elsewhere in the house is accepted in their own session alone", async () => {
    const loom = await foundNeighbour(town);
    const vera = await hire(town, "viewer", "Vera");
    const token = tokenOf(await invite(loom.api, { name: "Vera", email: vera.email, role: "agent" }));
    expect((await look(token, vera.api)).body).toMatchObject({
      known: true,
      signedInAs: vera.email,
      workspace: { id: loom.workspaceId, name: "Loom & Sons" },
    });
    const first = { status: 401, body: { code: "sign_in_first" } };
    expect(await use(token)).toMatchObject(first);
    expect(await use(token, {}, admin.api)).toMatchObject(first);
    expect((await signIn(town, vera.email, vera.password)).answer.status).toBe(200);
    expect((await use(token, {}, vera.api)).status).toBe(204);
    const { cookie } = await signIn(town, vera.email, vera.password);
    expect((await inSession(town, cookie, loom.workspaceId).get("/api/me")).body).toMatchObject({ role: "agent" });
    expect((await inSession(town, cookie, await workspaceOf(town)).get("/api/me")).body).toMatchObject({
      role: "viewer",
    });
  });

  test("of two businesses at once makes somebody one sign-in, and opens no second door to it", async () => {
    const person = newcomer();
    const loom = await foundNeighbour(town, "Loom & Nephews");
    const tokens = [tokenOf(await invite(owner.api, person)), tokenOf(await invite(loom.api, person))];
    const answers = await Promise.all(tokens.map((token, n) => use(token, { password: `${PASSWORD} ${n}` })));
    expect(answers.map(({ status }) => status === 204).sort()).toEqual([false, true]);
    expect(answers.find(({ status }) => status !== 204)).toMatchObject({ body: { code: "sign_in_first" } });
    expect(
      await asOwner(town, `select 1 from auth."user" where email = $1`, [person.email.toLowerCase()]),
    ).toHaveLength(1);
  });

  test.each([
    ["no password", {}, "password_needed", "password"],
    ["a short one", { password: "short" }, "invalid_request", "password"],
    ["a field too many", { password: PASSWORD, role: "owner" }, "invalid_request", "role"],
  ])("with %s is refused, and stays good", async (_what, more, code, path) => {
    const token = tokenOf(await invite(owner.api, newcomer()));
    expect(await use(token, more)).toMatchObject({ status: 422, body: { code, errors: [{ path }] } });
    expect((await use(token)).status).toBe(204);
  });

  test("whoever joins is told to the others at once", async () => {
    const before = await asOwner(town, "select seq from events where type = 'members.changed'");
    const used = await use(tokenOf(await invite(owner.api, newcomer())));
    expect(used.status).toBe(204);
    const told = await asOwner(town, "select data, actor from events where type = 'members.changed' order by seq");
    expect(told).toHaveLength(before.length + 2);
    expect(told.at(-1)).toMatchObject({
      actor: { type: "member" },
      data: { memberId: expect.stringMatching(/^mem_/) },
    });
  });
});

describe("somebody who lost their password or their app", () => {
  const resetLink = (by: Api, { memberId }: { memberId: string }) => by.post(`/api/members/${memberId}/reset-link`);

  test("gets in by a link, chooses a new password, and is signed out everywhere else", async () => {
    const greta = await hire(town, "agent", "Greta");
    const { uri } = (await greta.api.post("/api/auth/two-factor", { password: greta.password })).body;
    await greta.api.post("/api/auth/code", { code: codeFor(String(uri)) });
    expect((await signIn(town, greta.email, greta.password)).answer.body).toEqual({ codeNeeded: true });
    const made = await resetLink(admin.api, greta);
    expect(made).toMatchObject({
      status: 201,
      body: { url: expect.stringContaining(`${town.publicUrl}/reset#token=`) },
    });
    const token = tokenOf(made);
    expect((await look(token)).body).toMatchObject({ kind: "reset", email: greta.email, workspace: null });
    const used = await use(token);
    expect(used.status).toBe(204);
    expect((await sessionIn(used).get("/api/security")).body).toMatchObject({ twoFactor: false });
    expect((await greta.api.get("/api/me")).status).toBe(401);
    expect((await signIn(town, greta.email, greta.password)).answer.status).toBe(401);
    expect((await signIn(town, greta.email, PASSWORD)).answer.body).toEqual({ codeNeeded: false });
    expect(await use(token)).toMatchObject(notValid);
  });

  test("is not let in by whoever may do less than they, nor for themselves", async () => {
    expect(await resetLink(admin.api, owner)).toMatchObject({ status: 403, body: { permission: "account.transfer" } });
    expect(await resetLink(owner.api, owner)).toMatchObject({ status: 409, body: { code: "own_sign_in" } });
  });

  test("who rose since the link was made is not taken over by it", async () => {
    const gus = await hire(town, "agent", "Gus");
    const token = tokenOf(await resetLink(admin.api, gus));
    await owner.api.patch(`/api/members/${gus.memberId}`, { role: "admin" });
    expect(await use(token)).toMatchObject(notValid);
  });

  test("who works for another business too is the operator's to let in", async () => {
    const loom = await foundNeighbour(town, "Loom & Daughters");
    const ida = await hire(town, "agent", "Ida");
    await loom.api.post("/api/members", { name: "Ida", email: ida.email, role: "owner", password: PASSWORD });
    expect(await resetLink(owner.api, ida)).toMatchObject({ status: 409, body: { code: "member_elsewhere" } });
    const link = await town.house.resetLink(ida.email.toUpperCase());
    const used = await use(new URL(link ?? "").hash.replace("#token=", ""));
    expect(used.status).toBe(204);
    expect(await town.house.resetLink("nobody@kiln.example")).toBeNull();
  });

  test("a link is good for a day, and the newest one alone", async () => {
    const hal = await hire(town, "agent", "Hal");
    const [first, second] = [await resetLink(owner.api, hal), await resetLink(owner.api, hal)];
    expect(await use(tokenOf(first))).toMatchObject(notValid);
    town.clock.advance(DAY_MS + 1);
    expect(await use(tokenOf(second))).toMatchObject(notValid);
    expect((await signIn(town, hal.email, hal.password)).answer.status).toBe(200);
  });
});

test("a page of another origin uses no link", async () => {
  const token = tokenOf(await invite(owner.api, newcomer()));
  const answer = await town
    .as(null)
    .post("/api/sign-in-links/use", { token, password: PASSWORD }, { origin: "https://evil.example" });
  expect(answer).toMatchObject({ status: 403, body: { code: "foreign_origin" } });
});
