/** Nobody takes the house for themselves: each key has its share, and is told when to come back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyWith } from "../support/people.ts";
import { DANA, foundTown, OWNER, type Town } from "../support/town.ts";

let town: Town;
beforeAll(async () => {
  town = await foundTown({ PARLEY_RATE_LIMIT: "1" });
  await town.connect();
});
afterAll(() => town.stop());

const askOften = async (ask: () => Promise<{ status: number }>, times: number) => {
  const statuses: number[] = [];
  for (let n = 0; n < times; n++) statuses.push((await ask()).status);
  return statuses;
};

test("a key that asks too often is told to wait, and for how long; the next key is not", async () => {
  const busy = await keyWith(town, ["contacts.read"]);
  const quiet = await keyWith(town, ["contacts.read"]);
  expect(await askOften(() => busy.api.get("/api/contacts"), 12)).toEqual([...Array(10).fill(200), 429, 429]);

  const { status, body, headers } = await busy.api.get("/api/contacts");
  expect([status, body.code, body.status]).toEqual([429, "too_many_requests", 429]);
  expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
  const seconds = Number(headers.get("retry-after"));
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(10);
  expect((await quiet.api.get("/api/contacts")).status).toBe(200);
});

test("what was refused for its pace was not done", async () => {
  const { api } = await keyWith(town, ["contacts.read", "contacts.write"]);
  await askOften(() => api.get("/api/contacts"), 10);
  expect((await api.post("/api/contacts", { phone: "+14155550199" })).status).toBe(429);
  const { body } = await town.api.get("/api/contacts?phone=%2B14155550199");
  expect(body.items).toEqual([]);
});

test("whoever has no key has a share too", async () => {
  expect(await askOften(() => town.as(null).get("/api/contacts"), 12)).toEqual([...Array(10).fill(401), 429, 429]);
});

test("whoever guesses passwords gets no share for every header they make up", async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 12; n++) {
    const guess = { email: OWNER.email, password: `guess number ${n}` };
    statuses.push(
      (
        await town
          .as(`Bearer ${n}`)
          .post("/api/auth/sign-in/email", guess, { cookie: `n=${n}`, origin: town.publicUrl })
      ).status,
    );
  }
  expect(statuses.slice(-2)).toEqual([429, 429]);
});

test("the provider and the operator's tools are never told to wait", async () => {
  for (let n = 0; n < 12; n++) expect((await town.text(DANA, `Text ${n}`)).status).toBe(200);
  expect(new Set(await askOften(() => town.as(null).get("/healthz"), 15))).toEqual(new Set([200]));
  expect(new Set(await askOften(() => town.as(null).get("/readyz"), 15))).toEqual(new Set([200]));
});
