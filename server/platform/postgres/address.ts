import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, constants, lchownSync, mkdirSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openOwnFile } from "./data-dir.ts";
import type { Account } from "./probe.ts";
import { isSystemError, PostgresRefused } from "./refusal.ts";

/** What `pg` needs to connect as the superuser. `host` is the folder of a unix socket; on Windows it is 127.0.0.1. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: "postgres";
  readonly database: "postgres";
  /** Windows only: elsewhere no other user reaches the socket. */
  readonly password?: string;
}

export interface Address {
  readonly connection: Connection;
  /** PostgreSQL's settings for it. */
  readonly settings: Readonly<Record<string, string>>;
  close(): void;
}

const superuser = { user: "postgres", database: "postgres" } as const;

/** Chooses where PostgreSQL listens. Call it as the directory's owner: it removes what an earlier run left. */
export async function openAddress(dataDir: string, account: Account): Promise<Address> {
  if (process.platform === "win32") return loopback(dataDir);
  const dir = makeSocketDir(dataDir, account);
  return {
    connection: { host: dir, port: socketPort, ...superuser },
    settings: {
      listen_addresses: "",
      port: String(socketPort),
      unix_socket_directories: dir,
      unix_socket_permissions: "0700",
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** initdb's options that agree with the address. */
export function authentication(dataDir: string): readonly string[] {
  if (process.platform === "win32") return ["--auth=scram-sha-256", `--pwfile=${makePassword(dataDir)}`];
  return ["--auth-local=trust", "--auth-host=reject"];
}

/** Only a part of the socket's file name. */
const socketPort = 5432;

/** `sun_path` of sockaddr_un without its closing zero byte. */
const maxSocketPathBytes = process.platform === "darwin" ? 103 : 107;

function makeSocketDir(dataDir: string, account: Account): string {
  const short = `parley-${createHash("sha256").update(dataDir).digest("hex").slice(0, 16)}`;
  const dir = [join(dataDir, "run"), join(tmpdir(), short), join("/tmp", short)].find(
    (path) =>
      Buffer.byteLength(join(path, `.s.PGSQL.${socketPort}`)) <= maxSocketPathBytes && mayEnter(account, path, dataDir),
  );
  if (dir === undefined) throw new Error("the path /tmp/parley-... is short enough");
  try {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { mode: 0o700 });
    if (account.ids !== undefined) lchownSync(dir, account.ids.uid, account.ids.gid);
    return dir;
  } catch (error) {
    if (!isSystemError(error, "EACCES", "EPERM", "EEXIST", "EROFS")) throw error;
    throw new PostgresRefused(
      "socket_dir_unusable",
      `The folder ${dir} for the database's socket cannot be made (${String(error)}). Remove it, or set PARLEY_DATA_DIR to a shorter path, so that the socket fits there.`,
    );
  }
}

/** The data directory was probed; root's own TMPDIR may be closed to the account. */
function mayEnter(account: Account, path: string, dataDir: string): boolean {
  return account.ids === undefined || path.startsWith(dataDir) || (statSync(join(path, "..")).mode & 0o001) !== 0;
}

// Windows, not tested: PostgreSQL's unix sockets have no permissions there, so a password on a free loopback port.

async function loopback(dataDir: string): Promise<Address> {
  const port = await freePort();
  const password = readFileSync(join(dataDir, "password"), "utf8");
  return {
    connection: { host: "127.0.0.1", port, ...superuser, password },
    settings: { listen_addresses: "127.0.0.1", port: String(port) },
    close: () => {},
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

function makePassword(dataDir: string): string {
  const fd = openOwnFile(dataDir, "password", constants.O_RDWR | constants.O_TRUNC);
  writeSync(fd, randomBytes(32).toString("base64url"));
  closeSync(fd);
  return join(dataDir, "password");
}
