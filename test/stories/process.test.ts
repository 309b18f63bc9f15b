/** The product as a process: how it starts, how it stops, and what it says when it can't. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { allGone, startProduct, treeOf } from "../support/product.ts";
import { freePort } from "../support/town.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function dataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-process-"));
  folders.push(folder);
  return folder;
}

const settings = async (more: Record<string, string> = {}) => ({
  PORT: String(await freePort()),
  PARLEY_DATA_DIR: dataDir(),
  ...more,
});

test("it prints one address and a ready line, and SIGTERM stops it whole", async () => {
  const env = await settings();
  const product = startProduct(env);
  await product.ready;
  expect(product.printed()).toContain(`Parley: http://localhost:${env.PORT}\n`);
  expect(product.printed()).toMatch(/^Ready after \d+\.\d s\.$/m);
  expect((await fetch(`http://127.0.0.1:${env.PORT}/readyz`)).status).toBe(200);

  const tree = treeOf(product.child.pid ?? -1);
  product.child.kill("SIGTERM");
  expect(await product.ended).toBe(0);
  await allGone(tree);
});

test("a second start on the same data directory is refused, and the first goes on", async () => {
  const env = await settings();
  const first = startProduct(env);
  await first.ready;
  const second = startProduct({ ...env, PORT: String(await freePort()) });
  expect(await second.ended).toBe(1);
  expect(second.printed()).toContain(env.PARLEY_DATA_DIR);
  expect(second.printed()).toContain(String(first.child.pid));
  expect((await fetch(`http://127.0.0.1:${env.PORT}/readyz`)).status).toBe(200);
  first.child.kill("SIGTERM");
  expect(await first.ended).toBe(0);
});

test("after kill -9 the same data directory starts again", async () => {
  const env = await settings();
  const first = startProduct(env);
  await first.ready;
  await first.killAll();
  const again = startProduct(env);
  await again.ready;
  again.child.kill("SIGTERM");
  expect(await again.ended).toBe(0);
});

test.each([
  ["PORT: must be a whole number up to 65535, such as 3000", { PORT: "ninety" }],
  ["PARLEY_ROLE: must be one of all, web, worker", { PARLEY_ROLE: "butler" }],
  ["PARLEY_SECRET_KEY", { PARLEY_SECRET_KEY: "short" }],
  ["PARLEY_SECRET_KEY", { PARLEY_PUBLIC_URL: "https://desk.example" }],
  ["PARLEY_ADMIN_PASSWORD", { PARLEY_ADMIN_EMAIL: "ana@kiln.example" }],
  ["DATABASE_URL", { DATABASE_URL: "mysql://elsewhere" }],
])("a wrong setting is named: %s", async (name, wrong) => {
  const product = startProduct({ ...(await settings()), ...wrong });
  expect(await product.ended).toBe(1);
  expect(product.printed()).toContain(name);
  expect(product.printed()).not.toContain("    at "); // a sentence, not a stack
});

test.each([["no PostgreSQL answers at 127.0.0.1:1.", "postgres://ana:hush-hush@127.0.0.1:1/parley"]])(
  "a database that can't be had is told in a sentence: %s",
  async (sentence, DATABASE_URL) => {
    const product = startProduct({ ...(await settings()), DATABASE_URL });
    expect(await product.ended).toBe(1);
    expect(product.printed()).toMatch(/^DATABASE_URL: [^\n]+\n$/);
    expect(product.printed()).toContain(sentence);
    expect(product.printed()).not.toContain("hush");
  },
);

test("a mistyped setting is told of, and the start goes on", async () => {
  const product = startProduct({ ...(await settings()), PARLEY_PUBLIC_ULR: "https://desk.example" });
  await product.ready;
  expect(product.printed()).toMatch(/^PARLEY_PUBLIC_ULR: is no setting .+ PARLEY_PUBLIC_URL\?$/m);
  product.child.kill("SIGTERM");
  expect(await product.ended).toBe(0);
});

test("a demo that others may reach says that it signs nobody in without a password, and does not", async () => {
  const owner = { PARLEY_ADMIN_EMAIL: "ana@kiln.example", PARLEY_ADMIN_PASSWORD: "kiln-and-co-2026" };
  const env = { ...(await settings()), ...owner, PARLEY_DEMO: "1", HOST: "0.0.0.0" };
  const product = startProduct(env);
  await product.ready;
  expect(product.printed()).toContain("it signs nobody in without a password");
  expect((await fetch(`http://127.0.0.1:${env.PORT}/api/demo/sign-in`, { method: "POST" })).status).toBe(404);
  product.child.kill("SIGTERM");
  expect(await product.ended).toBe(0);
});

test("a port that is taken is named with the remedy, and the database does not stay behind", async () => {
  const taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
  const address = taken.address();
  const port = address !== null && typeof address !== "string" ? String(address.port) : "";
  const product = startProduct({ ...(await settings()), PORT: port });
  const tree = treeOf(product.child.pid ?? -1);
  expect(await product.ended).toBe(1);
  expect(product.printed()).toContain(
    `PORT: another program listens at 127.0.0.1:${port} already. Set PORT to a free one`,
  );
  expect(product.printed()).not.toContain("    at ");
  await allGone(tree);
  await new Promise((closed) => taken.close(closed));
});
