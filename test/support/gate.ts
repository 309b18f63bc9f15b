/** A gate on the way to a server: while it is shut, nothing gets through and what was under way is cut. */
import { connect, createServer, type Socket } from "node:net";
import type { ConnectionSettings } from "../../server/platform/db/pool.ts";

type Target = { port: number; host: string } | { path: string };

export interface Gate {
  port: number;
  url: string;
  /** Where the way leads; it leads nowhere before. */
  leadTo(target: Target): void;
  /** Cuts what is under way; whoever comes finds nobody listening. */
  shut(): void;
  open(): Promise<void>;
}

/** A gate on a free port of this machine, open. Shut it when all is over. */
export async function buildGate(): Promise<Gate> {
  const passing = new Set<Socket>();
  let target: Target | null = null;
  const server = createServer((inside) => {
    passing.add(inside);
    inside.on("error", () => {}); // the other side hears of it by the close
    inside.on("close", () => passing.delete(inside));
    if (!target) {
      inside.resetAndDestroy();
      return;
    }
    const outside = connect(target);
    outside.on("error", () => {});
    inside.pipe(outside).pipe(inside);
    inside.on("close", () => outside.destroy());
    outside.on("close", () => inside.destroy());
  });
  const open = (port: number) => new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  await open(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const { port } = address;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    leadTo(to) {
      target = to;
    },
    shut() {
      server.close();
      for (const inside of passing) inside.resetAndDestroy();
    },
    open: () => open(port),
  };
}

/** Where a URL of this machine leads. */
export function hostOf(url: string): Target {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** The PostgreSQL of these settings, as a gate leads to it. */
export function databaseBehind(settings: ConnectionSettings): Target {
  if ("connectionString" in settings) {
    const { hostname, port } = new URL(settings.connectionString);
    return { host: hostname, port: Number(port || 5432) };
  }
  const { host, port } = settings;
  return host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}

/** The same database, reached through a gate. */
export function throughGate(gate: Gate, settings: ConnectionSettings): ConnectionSettings {
  if (!("connectionString" in settings)) return { ...settings, host: "127.0.0.1", port: gate.port };
  const url = new URL(settings.connectionString);
  url.hostname = "127.0.0.1";
  url.port = String(gate.port);
  return { connectionString: url.href };
}
