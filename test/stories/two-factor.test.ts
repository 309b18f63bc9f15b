/** The second step: a code after the password, each worth one use, and recovery codes for whoever lost the app. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Api } from "../support/api.ts";
import { codeFor } from "../support/authenticator.ts";
import { type Colleague, hire, inSession, signIn } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
});
afterAll(() => town.stop());

let greta: Colleague;
let people = 0;
beforeEach(async () => {
  greta = await hire(town, "agent", `Greta-${++people}`);
});

const begin = async (api: Api, password: string) => {
  const { status, body } = await api.post("/api/auth/two-factor", { password });
  expect(status).toBe(200);
  return body as unknown as { uri: string; recoveryCodes: string[] };
};

/** Turns it on; the session changes with it. */
async function turnOn({ api, password, cookie }: Colleague) {
  const begun = await begin(api, password);
  const answer = await api.post("/api/auth/code", { code: codeFor(begun.uri) });
  expect(answer.status).toBe(204);
  return { ...begun, api: inSession(town, withCookies(cookie, answer.headers)) };
}

/** What a browser holds after an answer. */
function withCookies(before: string, headers: Headers): string {
  const held = new Map(before.split("; ").map((each) => [each.split("=")[0], each]));
  for (const cookie of headers.getSetCookie()) {
    const [pair = ""] = cookie.split(";");
    if (/Max-Age=0/i.test(cookie)) held.delete(pair.split("=")[0]);
    else held.set(pair.split("=")[0], pair);
  }
  return [...held.values()].join("; ");
}

const password = () => signIn(town, greta.email, greta.password);
const meIn = async (cookie: string) => (await inSession(town, cookie).get("/api/me")).status;

describe("turning it on", () => {
  test("needs the password, and counts from the first code", async () => {
    expect(await greta.api.post("/api/auth/two-factor", { password: "not hers at all" })).toMatchObject({
      status: 422,
      body: { code: "wrong_password", errors: [{ path: "password" }] },
    });
    const { uri, recoveryCodes } = await begin(greta.api, greta.password);
    expect(uri).toMatch(/^otpauth:\/\/totp\/Parley:greta-\d+%40kiln\.example\?secret=[A-Z2-7]{32,}/);
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/);
    expect((await greta.api.get("/api/security")).body).toMatchObject({ twoFactor: false, recoveryCodesLeft: 0 });
    expect((await password()).answer.body).toEqual({ codeNeeded: false });
    expect(await greta.api.post("/api/auth/code", { code: "000000" })).toMatchObject({
      status: 422,
      body: { code: "wrong_code", errors: [{ path: "code" }] },
    });
    const answer = await greta.api.post("/api/auth/code", { code: codeFor(uri) });
    expect(answer.status).toBe(204);
    const api = inSession(town, withCookies(greta.cookie, answer.headers));
    expect((await api.get("/api/security")).body).toMatchObject({ twoFactor: true, recoveryCodesLeft: 10 });
    expect((await town.api.get("/api/members?limit=200")).body.items).toContainEqual(
      expect.objectContaining({ id: greta.memberId, twoFactor: true }),
    );
  });

  test("neither the secret nor the codes are kept as they are", async () => {
    const { uri, recoveryCodes } = await turnOn(greta);
    const kept = JSON.stringify(await asOwner(town, `select * from auth."twoFactor"`));
    for (const secret of [new URL(uri).searchParams.get("secret"), ...recoveryCodes])
      expect(kept).not.toContain(secret);
    expect(town.logLines.join("\n")).not.toContain(recoveryCodes[0]);
  });

  test("a second time it says that it is on", async () => {
    const { api } = await turnOn(greta);
    expect(await api.post("/api/auth/two-factor", { password: greta.password })).toMatchObject({
      status: 409,
      body: { code: "two_factor_on" },
    });
  });
});

describe("signing in with it", () => {
  test("the password alone opens nothing; the code opens the session", async () => {
    const { uri } = await turnOn(greta);
    const { answer, cookie } = await password();
    expect(answer).toMatchObject({ status: 200, body: { codeNeeded: true } });
    expect(await meIn(cookie)).toBe(401);
    const coded = await inSession(town, cookie).post("/api/auth/code", { code: codeFor(uri, 1) });
    expect(coded.status).toBe(204);
    expect(await meIn(withCookies(cookie, coded.headers))).toBe(200);
  });

  test("a code may be typed in two halves, as the app shows it", async () => {
    const { uri } = await turnOn(greta);
    const { cookie } = await password();
    const code = codeFor(uri, 1);
    const typed = `${code.slice(0, 3)} ${code.slice(3)}`;
    expect((await inSession(town, cookie).post("/api/auth/code", { code: typed })).status).toBe(204);
  });

  test("whoever looked over the shoulder comes too late: a code is worth one use", async () => {
    const { uri } = await turnOn(greta);
    const code = codeFor(uri, 1);
    const [one, other] = [await password(), await password()];
    const answers = await Promise.all(
      [one, other].map(({ cookie }) => inSession(town, cookie).post("/api/auth/code", { code })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 422]);
    const late = await password();
    expect(await inSession(town, late.cookie).post("/api/auth/code", { code })).toMatchObject({
      status: 422,
      body: { code: "wrong_code" },
    });
  });

  test("a recovery code opens the session once", async () => {
    const { recoveryCodes } = await turnOn(greta);
    const [code] = recoveryCodes;
    const { cookie } = await password();
    const opened = await inSession(town, cookie).post("/api/auth/recovery-code", { code });
    expect(opened.status).toBe(204);
    const api = inSession(town, withCookies(cookie, opened.headers));
    expect((await api.get("/api/security")).body).toMatchObject({ recoveryCodesLeft: 9 });
    const again = await password();
    expect(await inSession(town, again.cookie).post("/api/auth/recovery-code", { code })).toMatchObject({
      status: 422,
      body: { code: "wrong_code" },
    });
  });

  test("a recovery code is read as people copy it", async () => {
    const { recoveryCodes } = await turnOn(greta);
    const { cookie } = await password();
    const written = ` ${recoveryCodes[0]?.replace("-", " ").replace(/0/g, "o").replace(/1/g, "l").toUpperCase()} `;
    expect((await inSession(town, cookie).post("/api/auth/recovery-code", { code: written })).status).toBe(204);
  });

  test("without a password before it, a code is worth nothing", async () => {
    const { uri, recoveryCodes } = await turnOn(greta);
    const nobody = town.as(null);
    const again = { status: 401, body: { code: "sign_in_again" } };
    expect(await nobody.post("/api/auth/code", { code: codeFor(uri, 1) })).toMatchObject(again);
    expect(await nobody.post("/api/auth/recovery-code", { code: recoveryCodes[0] })).toMatchObject(again);
  });

  test("five wrong codes shut the door for a while, and the right one with it", async () => {
    const { uri } = await turnOn(greta);
    const { cookie } = await password();
    const guess = (code: string) => inSession(town, cookie).post("/api/auth/code", { code });
    const right = codeFor(uri, 1);
    for (let n = 0; n < 5; n++)
      expect((await guess(String((Number(right) + n + 1) % 1_000_000).padStart(6, "0"))).status).toBe(422);
    const refused = await guess(right);
    expect(refused).toMatchObject({ status: 429, body: { code: "too_many_guesses" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(60);
    town.clock.advance(16 * 60_000);
    const later = await password();
    expect((await inSession(town, later.cookie).post("/api/auth/code", { code: codeFor(uri, 1) })).status).toBe(204);
  });

  test.each(["12345", "1234567", "abcdef", ""])("%o is no code at all", async (code) => {
    expect(await greta.api.post("/api/auth/code", { code })).toMatchObject({
      status: 422,
      body: { code: "invalid_request", errors: [{ path: "code" }] },
    });
  });
});

describe("keeping it", () => {
  test("new recovery codes replace the old ones", async () => {
    const { api, recoveryCodes } = await turnOn(greta);
    expect((await api.post("/api/auth/recovery-codes", { password: "not hers at all" })).status).toBe(422);
    const made = await api.post("/api/auth/recovery-codes", { password: greta.password });
    const codes = made.body.recoveryCodes as string[];
    expect(codes).toHaveLength(10);
    const { cookie } = await password();
    expect((await inSession(town, cookie).post("/api/auth/recovery-code", { code: recoveryCodes[0] })).status).toBe(
      422,
    );
    expect((await inSession(town, cookie).post("/api/auth/recovery-code", { code: codes[0] })).status).toBe(204);
  });

  test("turned off with the password, nothing is asked for any more", async () => {
    const { api } = await turnOn(greta);
    expect((await api.post("/api/auth/two-factor/off", { password: "not hers at all" })).status).toBe(422);
    expect((await api.post("/api/auth/two-factor/off", { password: greta.password })).status).toBe(204);
    expect((await password()).answer.body).toEqual({ codeNeeded: false });
    expect(
      await asOwner(
        town,
        `select 1 from auth."twoFactor" where "userId" in
      (select user_id from members where id = $1)`,
        [greta.memberId],
      ),
    ).toEqual([]);
  });

  test("a restart of the house forgets neither", async () => {
    const { uri } = await turnOn(greta);
    await town.restart();
    const { cookie } = await password();
    expect((await inSession(town, cookie).post("/api/auth/code", { code: codeFor(uri, 1) })).status).toBe(204);
  });
});
