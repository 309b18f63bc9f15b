/** The first visit to a new installation: by the link in the log, whole or not at all, and once. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Answer, createApi } from "../support/api.ts";
import { inSession, signIn } from "../support/people.ts";
import { startProduct } from "../support/product.ts";
import { asOwner } from "../support/sql.ts";
import { foundTown, freePort, OWNER, type Town } from "../support/town.ts";

/** Nothing is configured, and nobody wants a demo. */
const BARE = { PARLEY_ADMIN_EMAIL: "", PARLEY_ADMIN_PASSWORD: "", PARLEY_API_KEY: "", PARLEY_DEMO: "0" };
const ANA = {
  business: "Kiln & Co.",
  name: "Ana",
  email: "Ana@Kiln.example",
  password: OWNER.password,
  timeZone: "Europe/Lisbon",
};

let town: Town;
beforeEach(async () => {
  town = await foundTown(BARE);
});
afterEach(() => town.stop());

async function newToken(): Promise<string> {
  const link = new URL((await town.house.newSetUpLink()) ?? "");
  expect(`${link.origin}${link.pathname}${link.search}`).toBe(`${town.publicUrl}/set-up`);
  return link.hash.replace("#token=", "");
}
const setUp = (body: object) => town.as(null).post("/api/set-up", body);
const cookieOf = ({ headers }: Answer) =>
  headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
const count = async (table: string) => (await asOwner(town, `select count(*)::int as n from ${table}`))[0]?.n;
const notValid = { status: 422, body: { code: "link_not_valid", errors: [{ path: "token" }] } };

test("the link makes the business with its workspace and owner, and signs them in", async () => {
  const answer = await setUp({ token: await newToken(), ...ANA });
  expect(answer.status).toBe(204);
  const api = inSession(town, cookieOf(answer));
  expect((await api.get("/api/me")).body).toMatchObject({ role: "owner", actor: { name: "Ana" }, demo: false });
  expect((await api.get("/api/workspace")).body).toMatchObject({ name: "Kiln & Co.", timeZone: "Europe/Lisbon" });
  expect((await signIn(town, OWNER.email, OWNER.password)).answer.status).toBe(200);
});

test("the token is kept as a hash, and is worth nothing once used", async () => {
  const token = await newToken();
  expect(JSON.stringify(await asOwner(town, "select * from sign_in_links"))).not.toContain(token);
  await setUp({ token, ...ANA });
  expect(await setUp({ token, ...ANA, email: "eve@evil.example" })).toMatchObject({
    status: 409,
    body: { code: "already_set_up" },
  });
  expect([await count("accounts"), await count("members"), await count("sign_in_links")]).toEqual([1, 1, 0]);
  expect(await town.house.newSetUpLink()).toBeNull();
});

test("each start prints a new one, and the older is good no more", async () => {
  const older = await newToken();
  await town.restart();
  const newer = await newToken();
  expect(await setUp({ token: older, ...ANA })).toMatchObject(notValid);
  expect((await setUp({ token: newer, ...ANA })).status).toBe(204);
});

test.each([
  ["no token", { token: "" }, { body: { code: "invalid_request", errors: [{ path: "token" }] } }],
  ["a made-up token", { token: "x".repeat(43) }, notValid],
  ["a short password", { password: "short" }, { body: { code: "invalid_request", errors: [{ path: "password" }] } }],
  ["no address", { email: "ana" }, { body: { code: "invalid_request", errors: [{ path: "email" }] } }],
  ["a time zone on Mars", { timeZone: "Mars/Olympus" }, { body: { errors: [{ path: "timeZone" }] } }],
  ["no name of the business", { business: " " }, { body: { errors: [{ path: "business" }] } }],
])("%s makes nothing", async (_what, wrong, refused) => {
  const token = await newToken();
  expect(await setUp({ token, ...ANA, ...wrong })).toMatchObject({ status: 422, ...refused });
  expect([await count("accounts"), await count('auth."user"')]).toEqual([0, 0]);
  expect((await setUp({ token, ...ANA })).status).toBe(204);
});

test("of two browsers at once one wins, and the other is told", async () => {
  const token = await newToken();
  const answers = await Promise.all([setUp({ token, ...ANA }), setUp({ token, ...ANA, email: "eve@evil.example" })]);
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  expect([await count("accounts"), await count("members"), await count('auth."user"')]).toEqual([1, 1, 1]);
});

test("a page of another origin sets nothing up", async () => {
  const api = createApi(town.publicUrl, null, { origin: "https://evil.example" });
  expect(await api.post("/api/set-up", { token: await newToken(), ...ANA })).toMatchObject({
    status: 403,
    body: { code: "foreign_origin" },
  });
});

describe("a crash in the middle", () => {
  test("leaves nothing behind: owner, password and business come together", async () => {
    // The last thing that is written fails, as though the process had died there.
    await asOwner(town, "alter table memberships add constraint no_more check (false) not valid");
    const token = await newToken();
    expect((await setUp({ token, ...ANA })).status).toBe(500);
    expect([await count("accounts"), await count('auth."user"'), await count("auth.account")]).toEqual([0, 0, 0]);
    await asOwner(town, "alter table memberships drop constraint no_more");
    expect((await setUp({ token, ...ANA, password: "another one of twelve" })).status).toBe(204);
    expect((await signIn(town, OWNER.email, "another one of twelve")).answer.status).toBe(200);
  });

  test("the same for an owner from the environment", async () => {
    await asOwner(town, "alter table memberships add constraint no_more check (false) not valid");
    const settings = { PARLEY_ADMIN_EMAIL: OWNER.email, PARLEY_ADMIN_PASSWORD: OWNER.password };
    await expect(town.restart(settings)).rejects.toThrow("no_more");
    expect(await count('auth."user"')).toBe(0);
    await asOwner(town, "alter table memberships drop constraint no_more");
    await town.restart(settings);
    expect((await signIn(town, OWNER.email, OWNER.password)).answer.status).toBe(200);
  });

  test("an owner whom an older version left without a password gets one", async () => {
    await asOwner(
      town,
      `insert into auth."user" (id, name, email, "emailVerified") values ('half', 'Ana', 'ana@kiln.example', true)`,
    );
    expect((await setUp({ token: await newToken(), ...ANA })).status).toBe(204);
    expect((await signIn(town, OWNER.email, OWNER.password)).answer.status).toBe(200);
  });
});

test("whoever starts the product reads the link, and a reset link when they ask for one", async () => {
  const port = String(await freePort());
  const url = "connectionString" in town.connection ? town.connection.connectionString : null;
  const { host = "", port: at = 0, user = "", database = "" } = "host" in town.connection ? town.connection : {};
  const env = {
    ...{ PORT: port, PARLEY_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"), PARLEY_ROLE: "web" },
    DATABASE_URL: url ?? `postgres://${user}@localhost:${at}/${database}?host=${encodeURIComponent(host)}`,
  };
  await asOwner(town, "delete from installation_keys"); // they were sealed with the town's own key
  const first = startProduct(env);
  await first.ready;
  const printed = /There is no account yet\. Set it up in your browser: (\S+)/.exec(first.printed())?.[1];
  const token = new URL(printed ?? "").hash.replace("#token=", "");
  expect((await createApi(`http://localhost:${port}`, null).post("/api/set-up", { token, ...ANA })).status).toBe(204);
  first.child.kill("SIGTERM");
  await first.ended;
  const second = startProduct({ ...env, PARLEY_RESET_SIGN_IN: OWNER.email });
  await second.ready;
  expect(second.printed()).not.toContain("set-up");
  expect(second.printed()).toMatch(
    /To sign in anew as ana@kiln\.example: http:\/\/localhost:\d+\/reset#token=[\w-]{43}\n/,
  );
  second.child.kill("SIGTERM");
  await second.ended;
});
