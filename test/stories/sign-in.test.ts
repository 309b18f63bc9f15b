/** Signing in with a password: a session in a cookie that no script reads and no other page uses. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApi } from "../support/api.ts";
import { hire, inSession, signIn, workspaceOf } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { foundTown, OWNER, type Town } from "../support/town.ts";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
});
afterAll(() => town.stop());

const visitor = () => town.as(null);
const ownOrigin = () => new URL(town.publicUrl).origin;

test("the right password opens a session", async () => {
  const { answer, cookie } = await signIn(town, OWNER.email, OWNER.password);
  expect(answer).toMatchObject({ status: 200, body: { codeNeeded: false } });
  expect((await inSession(town, cookie).get("/api/me")).body).toMatchObject({
    role: "owner",
    actor: { type: "member" },
  });
});

test("its cookie is kept from scripts and from other sites, and ends within two weeks", async () => {
  const { answer } = await signIn(town, OWNER.email, OWNER.password);
  const [cookie = "", ...others] = answer.headers.getSetCookie().filter((each) => each.includes("session_token"));
  expect(others).toEqual([]);
  expect(cookie).toMatch(/; HttpOnly/i);
  expect(cookie).toMatch(/; SameSite=Lax/i);
  expect(cookie).toMatch(/; Path=\//i);
  expect(cookie).not.toMatch(/Domain=/i);
  expect(Number(/Max-Age=(\d+)/i.exec(cookie)?.[1])).toBeLessThanOrEqual(14 * 24 * 60 * 60);
});

test("where people come by https, the cookie travels by https alone", async () => {
  const secure = await foundTown({ PARLEY_PUBLIC_URL: "https://desk.kiln.example" });
  try {
    // The house listens behind a proxy that ends TLS: the town's own port answers.
    const response = await secure.house.server?.inject({
      method: "POST",
      url: "/api/auth/sign-in/email",
      headers: { origin: "https://desk.kiln.example" },
      payload: { email: OWNER.email, password: OWNER.password },
    });
    expect(response?.statusCode).toBe(200);
    expect(String(response?.headers["set-cookie"])).toMatch(/__Secure-[\w.-]*session_token=.*; Secure/);
  } finally {
    await secure.stop();
  }
});

test.each([
  ["a wrong password", () => ({ email: OWNER.email, password: "kiln-and-co-2025" })],
  ["nobody's address", () => ({ email: "nobody@kiln.example", password: OWNER.password })],
  ["the password in other letters", () => ({ email: OWNER.email, password: OWNER.password.toUpperCase() })],
])("%s opens nothing, and all are refused in the same words", async (_what, guess) => {
  const answer = await visitor().post("/api/auth/sign-in/email", guess());
  expect(answer).toMatchObject({ status: 401, body: { code: "wrong_credentials" } });
  expect(answer.headers.getSetCookie()).toEqual([]);
});

test("signing out ends the session, on this machine and for whoever copied the cookie", async () => {
  const { cookie } = await signIn(town, OWNER.email, OWNER.password);
  const other = await signIn(town, OWNER.email, OWNER.password);
  const out = await inSession(town, cookie).post("/api/auth/sign-out", {}, { origin: ownOrigin() });
  expect(out.status).toBe(204);
  expect((await inSession(town, cookie).get("/api/me")).status).toBe(401);
  expect((await inSession(town, other.cookie).get("/api/me")).status).toBe(200);
});

test("a cookie that was made up or changed opens nothing", async () => {
  const { cookie } = await signIn(town, OWNER.email, OWNER.password);
  const [name, value = ""] = cookie.split("=");
  for (const forged of [
    `${name}=${"a".repeat(32)}.${value.split(".")[1]}`,
    `${name}=${value.split(".")[0]}`,
    `${name}=`,
    "session=1",
  ])
    expect((await inSession(town, forged).get("/api/me")).status).toBe(401);
});

test("a session outlives a restart of the house", async () => {
  const { cookie } = await signIn(town, OWNER.email, OWNER.password);
  await town.restart();
  expect((await inSession(town, cookie).get("/api/me")).status).toBe(200);
});

describe("a page of another origin", () => {
  const from = (cookie: string, origin: string) => createApi(town.publicUrl, null, { cookie, origin });

  test.each(["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1"])(
    "writes nothing with the cookie that travels along: %s",
    async (origin) => {
      const { cookie } = await signIn(town, OWNER.email, OWNER.password);
      const api = from(cookie, origin);
      const refused = { status: 403, body: { code: "foreign_origin" } };
      expect(await api.post("/api/contacts", { phone: "+14155550180" })).toMatchObject(refused);
      expect(await api.patch("/api/workspace", { name: "Taken" })).toMatchObject(refused);
      expect(await api.delete(`/api/contacts/con_${"0".repeat(32)}`)).toMatchObject(refused);
      expect((await town.api.get("/api/contacts")).body.items).toEqual([]);
      expect((await api.get("/api/me")).headers.get("access-control-allow-origin")).toBeNull();
    },
  );

  test("neither signs anybody in nor out", async () => {
    const { cookie } = await signIn(town, OWNER.email, OWNER.password);
    const evil = from(cookie, "https://evil.example");
    expect((await evil.post("/api/auth/sign-out")).status).toBe(403);
    expect((await evil.post("/api/auth/sign-in/email", { email: OWNER.email, password: OWNER.password })).status).toBe(
      403,
    );
    expect((await inSession(town, cookie).get("/api/me")).status).toBe(200);
  });

  test("our own page under this machine's other name is no other page", async () => {
    const { port } = new URL(town.publicUrl);
    for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
      const { answer, cookie } = await signIn(town, OWNER.email, OWNER.password, `http://${host}:${port}`);
      expect([host, answer.status]).toEqual([host, 200]);
      expect(
        (await from(cookie, `http://${host}:${port}`).patch("/api/workspace", { name: "Kiln & Co." })).status,
      ).toBe(200);
    }
  });

  test("our own page writes, and a program with a key does from anywhere", async () => {
    const { cookie } = await signIn(town, OWNER.email, OWNER.password);
    expect((await from(cookie, ownOrigin()).post("/api/contacts", { phone: "+14155550181" })).status).toBe(201);
    expect(
      (await town.api.post("/api/contacts", { phone: "+14155550182" }, { origin: "https://shop.example" })).status,
    ).toBe(201);
  });
});

test("nobody signs themselves up", async () => {
  const answer = await visitor().post("/api/auth/sign-up/email", {
    name: "Eve",
    email: "eve@evil.example",
    password: "let me in please",
  });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(await asOwner(town, `select 1 from auth."user" where email = 'eve@evil.example'`)).toEqual([]);
  expect((await signIn(town, "eve@evil.example", "let me in please")).answer.status).toBe(401);
});

test("no password is kept, only what it is checked by", async () => {
  await hire(town, "agent", "Greta");
  const kept = JSON.stringify(await asOwner(town, `select * from auth."account"`));
  for (const password of [OWNER.password, "Greta-and-the-wheel"]) expect(kept).not.toContain(password);
  expect(town.logLines.join("\n")).not.toContain(OWNER.password);
  expect(await workspaceOf(town)).toMatch(/^wsp_/);
});
