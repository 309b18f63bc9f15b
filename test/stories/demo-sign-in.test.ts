/** The demo lets its own machine in without a password, and nobody from elsewhere. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foundDemo } from "../support/demo.ts";
import { foundTown, type Town } from "../support/town.ts";

describe("signing in without a password", () => {
  let town: Town;
  beforeAll(async () => {
    town = await foundDemo();
  });
  afterAll(() => town.stop());

  const knock = (more: { remoteAddress?: string; headers?: Record<string, string> } = {}) => {
    const { server } = town.house;
    if (!server) throw new Error("no server");
    return server.inject({ method: "POST", url: "/api/demo/sign-in", remoteAddress: "127.0.0.1", ...more });
  };

  test("is for whoever sits at this machine", async () => {
    expect((await knock()).statusCode).toBe(204);
    expect((await knock({ remoteAddress: "::ffff:127.0.0.1" })).statusCode).toBe(204);
  });

  test.each([
    ["a peer on another machine", { remoteAddress: "192.168.1.7" }],
    ["a peer behind a proxy", { headers: { "x-forwarded-for": "203.0.113.9" } }],
    ["a page whose own name leads here", { headers: { host: "evil.example:3000" } }],
  ])("is refused to %s", async (_who, more) => {
    const answer = await knock(more);
    expect(answer.statusCode).toBe(404);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  test("is refused to a page of another origin", async () => {
    const answer = await knock({ headers: { origin: "https://evil.example" } });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  test("has no address of its own among those of sign-in", async () => {
    for (const path of ["/api/auth/open-session", "/api/auth/openSession", "/api/auth/demo/sign-in"])
      expect((await town.as(null).post(path, { userId: "x" })).status).toBe(404);
  });

  test("is refused on a HOST that others can reach, where the owner has a password of their own", async () => {
    const open = await foundTown({ PARLEY_DEMO: "1", HOST: "0.0.0.0" });
    expect(open.house.isDemo).toBe(true);
    expect((await open.as(null).get("/api/demo")).body).toEqual({ demo: true, signInOffered: false });
    expect((await open.as(null).post("/api/demo/sign-in")).status).toBe(404);
    expect((await open.api.get("/api/workspace")).body).toMatchObject({ name: "Kiln & Co." });
    await open.stop();
  });
});
