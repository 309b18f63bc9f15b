/** The product as an operator runs it: `node server/main.ts` on its embedded database, headless, spoken to over HTTP. */
import { createServer } from "node:net";
import { join } from "node:path";
import pg from "pg";
import { type Child, startNode } from "./child.ts";

export interface Product {
  pid: number;
  url: string;
  /** From the start of the process until it said that it is ready, and `/readyz` agreed. */
  startedInMs: number;
  /** One call of the API; anything but a 2xx is an error. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** The embedded database, as its owner, by its private socket. */
  connection: { host: string; port: number; user: string; database: string };
  /** Reads the product's own tables. */
  rows<T>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  stop(): Promise<void>;
}

export interface ProductOptions {
  dataDir: string;
  providerUrl: string;
  /** The same for every start on a data directory: webhooks are signed for the address. */
  port: number;
  /** Where to leave a CPU profile when it ends; null: none. */
  profileDir: string | null;
}

/** Who signs in where a page is measured. */
export const BENCH_OWNER = { email: "bench@kiln.example", password: "kiln-and-co-2026" };
const API_KEY = "bench-0123456789abcdef0123456789abcdef";

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export async function startProduct({ dataDir, providerUrl, port, profileDir }: ProductOptions): Promise<Product> {
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child: Child = startNode("the product", "server/main.ts", {
    flags: profileDir ? ["--cpu-prof", "--cpu-prof-dir", profileDir] : [],
    env: {
      PORT: String(port),
      HOST: "127.0.0.1",
      PARLEY_DATA_DIR: dataDir,
      PARLEY_PUBLIC_URL: url,
      PARLEY_ADMIN_EMAIL: BENCH_OWNER.email,
      PARLEY_ADMIN_PASSWORD: BENCH_OWNER.password,
      PARLEY_API_KEY: API_KEY,
      PARLEY_RATE_LIMIT: "1000000",
      PARLEY_LOG_LEVEL: "warn",
      PARLEY_DEMO: "0",
      TWILIO_API_URL: providerUrl,
    },
  });
  await child.line(/^Ready/m);
  if (!(await fetch(`${url}/readyz`)).ok) throw new Error("the product said that it is ready, and is not");
  const startedInMs = performance.now() - startedAt;

  const connection = { host: join(dataDir, "postgres", "run"), port: 5432, user: "postgres", database: "postgres" };
  let pool: pg.Pool | null = null;
  return {
    pid: child.pid,
    url,
    startedInMs,
    connection,
    async api<T>(method: string, path: string, body?: unknown) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return JSON.parse(text) as T;
    },
    async rows<T>(sql: string, values: readonly unknown[] = []) {
      pool ??= new pg.Pool({ ...connection, max: 1, allowExitOnIdle: true }).on("error", () => {});
      return (await pool.query(sql, [...values])).rows as T[];
    },
    async stop() {
      await pool?.end();
      await child.stop();
    },
  };
}
