/** A house that is told to stop: what is under way is answered, and nothing keeps it. */
import pg from "pg";
import { expect, test } from "vitest";
import { newcomer, thread } from "../support/story.ts";
import { foundTown } from "../support/town.ts";

test("a webhook under way at a stop is stored and answered, and its kept connection holds nobody up", async () => {
  const town = await foundTown();
  await town.connect();
  const phone = newcomer();
  await town.text(phone, "First");

  const owner = new pg.Client(town.connection);
  await owner.connect();
  await owner.query("begin; lock table messages");
  const texted = town.text(phone, "Second");
  await town.until("the webhook waits for the table", async () => {
    const { rows } = await owner.query("select from pg_locks where not granted and relation = 'messages'::regclass");
    return rows.length > 0;
  });
  const startedAt = performance.now();
  const stopped = town.passing(town.house.stop());
  await town.until("the door is shut", () => !town.house.server?.server.listening);
  await owner.query("commit");
  await owner.end();
  expect((await texted).status).toBe(200);
  await stopped;
  expect(performance.now() - startedAt).toBeLessThan(10_000);

  await town.restart();
  expect((await thread(town, phone)).map((each) => each.content)).toEqual(["First", "Second"]);
  await town.stop();
});

test("a page that comes back to hear of events while the door shuts is sent away, and holds nobody up", async () => {
  const town = await foundTown();
  const owner = new pg.Client(town.connection);
  await owner.connect();
  await owner.query("begin; lock table api_keys");
  const asked = town.api.get("/api/events");
  await town.until("the page waits to be known", async () => {
    const { rows } = await owner.query("select from pg_locks where not granted and relation = 'api_keys'::regclass");
    return rows.length > 0;
  });
  const stopped = town.passing(town.house.stop());
  await town.until("the door is shut", () => !town.house.server?.server.listening);
  await owner.query("commit");
  await owner.end();
  expect(await asked).toMatchObject({ status: 503, body: { code: "stopping" } });
  await stopped;
  await town.restart();
  await town.stop();
});
