import { existsSync, readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { copyPackage } from "./binaries.ts";
import { type Account, probe, type Reach } from "./probe.ts";
import { ownDatabase, PostgresRefused } from "./refusal.ts";

interface Place {
  readonly dataDir: string;
  /** PGDATA, which may not exist yet. */
  readonly cluster: string;
  readonly packageDir: string;
}

/**
 * Who is to run PostgreSQL: the user of this process, unless that is root, whom PostgreSQL refuses. Root takes, in this
 * order, the owner of existing data, the first of `candidates` that reaches data and programs, and itself without its
 * powers (`unshare -U`). That alone enters a closed home such as /root; it is last because it may write root's files.
 */
export function chooseAccount(place: Place, candidates: readonly string[]): Account {
  if (process.getuid?.() !== 0) return ordinaryAccount(place);
  const { dataDir, packageDir } = place;
  const tried: string[] = [];
  for (const user of [...ownerOfData(place.cluster), ...usersNamed(candidates)]) {
    const account: Account = { ...user, prefix: [], packageDir };
    const reach = probe(account, dataDir);
    if (reach === "able") return account;
    tried.push(`the user ${user.name}: ${reach}`);
    if (reach === "programs out of reach" && programsRun(place)) {
      const withCopy = { ...account, packageDir: copyPackage(packageDir, dataDir) };
      if (probe(withCopy, dataDir) === "able") return withCopy;
    }
  }
  const powerless: Account = { name: "root", ids: { uid: 0, gid: 0 }, prefix: ["unshare", "-U"], packageDir };
  const reach = probe(powerless, dataDir);
  if (reach === "able") return powerless;
  tried.push(`root without its powers, by unshare -U: ${reach}`);
  throw programsRun(place) ? unreachable(place, tried) : brokenPrograms(packageDir, reach);
}

/** initdb looks its own user up, which the arbitrary uid of `docker run --user 12345` does not survive. */
export function requireUserEntry(): void {
  try {
    userInfo();
  } catch {
    throw new PostgresRefused(
      "no_account",
      `The embedded PostgreSQL cannot make its database: uid ${process.getuid?.()} has no entry in /etc/passwd. Run Parley as a user that has one, add one for it, or ${ownDatabase}.`,
    );
  }
}

function ordinaryAccount({ dataDir, cluster, packageDir }: Place): Account {
  const uid = process.getuid?.();
  const owner = existsSync(cluster) ? statSync(cluster).uid : uid;
  if (uid !== owner) {
    throw new PostgresRefused(
      "data_dir_unusable",
      `The database in ${cluster} belongs to uid ${owner}, and this is uid ${uid}. Run Parley as the same user as before, give the folder to this one (chown -R ${uid} ${dataDir}), or ${ownDatabase}.`,
    );
  }
  const account: Account = { name: `uid ${uid}`, prefix: [], packageDir };
  const reach = probe(account, dataDir);
  if (reach !== "able") throw brokenPrograms(packageDir, reach);
  return account;
}

function ownerOfData(cluster: string): User[] {
  if (!existsSync(cluster)) return [];
  const { uid, gid } = statSync(cluster);
  return uid === 0 ? [] : [{ name: `uid ${uid}`, ids: { uid, gid } }];
}

type User = Required<Pick<Account, "name" | "ids">>;

function usersNamed(names: readonly string[]): User[] {
  const entries = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  return names.flatMap((name) => {
    const entry = entries.find(([user]) => user === name);
    const [uid, gid] = [Number(entry?.[2]), Number(entry?.[3])];
    return uid > 0 && gid >= 0 ? [{ name, ids: { uid, gid } }] : [];
  });
}

function programsRun({ dataDir, packageDir }: Place): boolean {
  return probe({ name: "root", prefix: [], packageDir }, dataDir) === "able";
}

function brokenPrograms(packageDir: string, reach: Reach): PostgresRefused {
  return new PostgresRefused(
    "no_binaries",
    `PostgreSQL in ${packageDir} does not run here (${reach}). Linux needs glibc for it, which Alpine lacks: use such a system, or ${ownDatabase}.`,
  );
}

function unreachable({ dataDir, packageDir }: Place, tried: readonly string[]): PostgresRefused {
  const closed = [...new Set([dataDir, packageDir].flatMap(closedFolder))];
  return new PostgresRefused(
    "unreachable",
    `PostgreSQL does not run as root, and nobody else can use ${dataDir}.${
      closed.length === 0 ? "" : ` Closed to others: ${closed.join(", ")}.`
    } Tried: ${tried.join("; ")}. Move Parley and its PARLEY_DATA_DIR to a folder that others may pass through, such as /opt/parley, or run it as an ordinary user, or ${ownDatabase}.`,
  );
}

/** The outermost folder of the path that others may not pass through, if there is one. */
function closedFolder(path: string): string[] {
  const above = dirname(path) === path ? [] : closedFolder(dirname(path));
  if (above.length > 0) return above;
  return (statSync(path).mode & 0o001) === 0 ? [path] : [];
}
