/** Where somebody is signed in: seen, ended one by one or all at once, and ended by a new password. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Api } from "../support/api.ts";
import { type Colleague, hire, inSession, signIn } from "../support/people.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
let greta: Colleague;
let people = 0;
beforeAll(async () => {
  town = await foundTown();
});
afterAll(() => town.stop());
beforeEach(async () => {
  greta = await hire(town, "agent", `Greta-${++people}`);
});

/** Signs in on another machine. */
const elsewhere = async (): Promise<Api> => inSession(town, (await signIn(town, greta.email, greta.password)).cookie);
const status = async (api: Api) => (await api.get("/api/me")).status;
const sessions = async (api: Api) => (await api.get("/api/sessions")).body.items ?? [];

describe("sessions", () => {
  test("each is listed with where it is, and says which one asks", async () => {
    await greta.api.get("/api/me", { "user-agent": "Not what opened the session" });
    const phone = await elsewhere();
    const seen = await sessions(phone);
    expect(seen).toHaveLength(2);
    expect(seen.filter((each) => each.current)).toHaveLength(1);
    for (const each of seen)
      expect(each).toMatchObject({ address: "127.0.0.1", userAgent: expect.stringMatching(/.+/) });
    const other = (await sessions(greta.api)).find((each) => each.current);
    expect(seen.find((each) => !each.current)?.id).toBe(other?.id);
    expect(JSON.stringify(seen)).not.toMatch(/token/i);
  });

  test("what a proxy on this machine says of the address is shown, what a client makes up is not", async () => {
    const post = (headers: Record<string, string>) =>
      town.as(null).post("/api/auth/sign-in/email", { email: greta.email, password: greta.password }, headers);
    await post({ "x-forwarded-for": "203.0.113.7", "x-parley-address": "198.51.100.1" });
    await post({ "x-forwarded-for": "10.9.9.9, 203.0.113.8" });
    const addresses = (await sessions(greta.api)).map((each) => each.address);
    expect(addresses.sort()).toEqual(["127.0.0.1", "203.0.113.7", "203.0.113.8"]);
  });

  test("one of them is ended, the others stay", async () => {
    const [phone, laptop] = [await elsewhere(), await elsewhere()];
    const id = (await sessions(phone)).find((each) => each.current)?.id;
    expect((await greta.api.delete(`/api/sessions/${id}`)).status).toBe(204);
    expect([await status(phone), await status(laptop), await status(greta.api)]).toEqual([401, 200, 200]);
    expect((await greta.api.delete(`/api/sessions/${id}`)).status).toBe(404);
  });

  test("all others are ended at once", async () => {
    const [phone, laptop] = [await elsewhere(), await elsewhere()];
    expect((await laptop.post("/api/sessions/end-others")).status).toBe(204);
    expect([await status(phone), await status(laptop), await status(greta.api)]).toEqual([401, 200, 401]);
  });

  test("nobody ends a colleague's", async () => {
    const hugo = await hire(town, "owner", `Hugo-${people}`);
    const id = (await sessions(greta.api))[0]?.id;
    expect((await hugo.api.delete(`/api/sessions/${id}`)).status).toBe(404);
    expect((await hugo.api.post("/api/sessions/end-others")).status).toBe(204);
    expect(await status(greta.api)).toBe(200);
  });

  test("a program with a key has none", async () => {
    const refused = { status: 422, body: { code: "session_needed" } };
    expect(await town.api.get("/api/sessions")).toMatchObject(refused);
    expect(await town.api.get("/api/security")).toMatchObject(refused);
    expect(await town.api.post("/api/sessions/end-others")).toMatchObject(refused);
  });
});

describe("a new password", () => {
  const change = (api: Api, currentPassword: string, newPassword: string) =>
    api.post("/api/auth/password", { currentPassword, newPassword });

  test("signs in from now on, and ends every other session", async () => {
    const phone = await elsewhere();
    const answer = await change(greta.api, greta.password, "a wheel of her own");
    expect(answer.status).toBe(204);
    const cookie = answer.headers.getSetCookie().map((each) => each.split(";")[0]);
    expect(await status(inSession(town, cookie.join("; ")))).toBe(200);
    expect(await status(phone)).toBe(401);
    expect((await signIn(town, greta.email, greta.password)).answer.status).toBe(401);
    expect((await signIn(town, greta.email, "a wheel of her own")).answer.status).toBe(200);
  });

  test.each([
    ["the old one is wrong", "not hers at all", "a wheel of her own", "wrong_password", "currentPassword"],
    ["the new one is short", "", "short", "invalid_request", "newPassword"],
  ])("is refused where %s", async (_what, old, next, code, path) => {
    expect(await change(greta.api, old || greta.password, next)).toMatchObject({
      status: 422,
      body: { code, errors: [{ path }] },
    });
    expect((await signIn(town, greta.email, greta.password)).answer.status).toBe(200);
  });

  test("is for whoever is signed in", async () => {
    expect((await change(town.as(null), greta.password, "a wheel of her own")).status).toBe(401);
  });

  test("is not asked for by a page of another origin", async () => {
    const body = { currentPassword: greta.password, newPassword: "a wheel of her own" };
    const answer = await greta.api.post("/api/auth/password", body, { origin: "https://evil.example" });
    expect(answer).toMatchObject({ status: 403, body: { code: "foreign_origin" } });
  });
});
