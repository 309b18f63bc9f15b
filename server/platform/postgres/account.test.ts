import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linkLibraries } from "./binaries.ts";
import {
  installAt,
  installWithoutLinksAt,
  isRoot,
  launch,
  nobody,
  query,
  tempFolder,
  unknownUser,
  userOf,
} from "./fixture.ts";

const passwd = readFileSync("/etc/passwd", "utf8");
const uidOf = (name: string) => Number(new RegExp(`^${name}:[^:]*:(\\d+):`, "m").exec(passwd)?.[1]);
const hasPostgres = /^postgres:/m.test(passwd);

describe.skipIf(!isRoot)("as root (skipped: these tests do not run as root)", () => {
  test.skipIf(!hasPostgres)("with a user postgres, it is that user's (skipped where there is none)", async () => {
    const dataDir = tempFolder();
    const { said, end } = await launch({ dataDir });

    expect(userOf(said.pid)).toBe(uidOf("postgres"));
    expect(statSync(join(dataDir, "cluster")).uid).toBe(uidOf("postgres"));
    await end();
  });

  test("without one, it is nobody's, and stays so when a user postgres comes", async () => {
    const dataDir = tempFolder();
    const first = await launch({ dataDir, usersForRoot: "no-such-user,nobody" });
    expect(userOf(first.said.pid)).toBe(nobody.uid);
    await query(first.said, "create table shop as select 'Kiln & Co.' as name");
    await first.end();

    const second = await launch({ dataDir, usersForRoot: "postgres,nobody" });
    expect(userOf(second.said.pid)).toBe(nobody.uid);
    expect(await query(second.said, "select name from shop")).toEqual([{ name: "Kiln & Co." }]);
    await second.end();
  });

  test("a data directory that was made closed is opened as far as needed", async () => {
    const home = tempFolder();
    const { said, end } = await launch({ dataDir: join(home, "data", "postgres"), usersForRoot: "nobody" });

    expect(userOf(said.pid)).toBe(nobody.uid);
    expect(statSync(join(home, "data")).mode & 0o777).toBe(0o711);
    expect(statSync(join(home, "data", "postgres", "cluster")).mode & 0o777).toBe(0o700);
    await end();
  });

  test("with everything in a closed home like /root, it is root without its powers", async () => {
    const home = tempFolder(0o700);
    installAt(home);
    const dataDir = join(home, "data", "postgres");
    const { said, end } = await launch({ dataDir, installation: home });

    expect(userOf(said.pid)).toBe(0);
    expect(readFileSync(`/proc/${said.pid}/status`, "utf8")).toMatch(/^CapEff:\s+0+$/m);
    expect(await query(said, "select 1 as one")).toEqual([{ one: 1 }]);
    await end();
  });

  test("with only the programs in a closed home, the data directory gets a copy of them", async () => {
    const home = tempFolder(0o700);
    installAt(home);
    const dataDir = tempFolder();
    const { said, end } = await launch({ dataDir, installation: home, usersForRoot: "nobody" });

    expect(userOf(said.pid)).toBe(nobody.uid);
    await end();
  });

  test("in a closed home where unshare is not to be had, it names the folder and the remedies", async () => {
    const home = tempFolder(0o700);
    const { said } = await launch({ dataDir: join(home, "data", "postgres"), env: { PATH: "/nowhere" } });

    expect(said.refused).toBe("unreachable");
    expect(said.message).toContain(`Closed to others: ${home}.`);
    expect(said.message).toMatch(/Move Parley and its PARLEY_DATA_DIR .* or set DATABASE_URL/);
  });

  test("data that moves out of a closed home changes its owner, and keeps what was written", async () => {
    const home = tempFolder(0o700);
    const before = await launch({ dataDir: join(home, "postgres") });
    expect(userOf(before.said.pid)).toBe(0);
    await query(before.said, "create table shop as select 'Kiln & Co.' as name");
    await before.end();
    const dataDir = join(tempFolder(), "postgres");
    renameSync(join(home, "postgres"), dataDir);

    const after = await launch({ dataDir, usersForRoot: "nobody" });
    expect(userOf(after.said.pid)).toBe(nobody.uid);
    expect(await query(after.said, "select name from shop")).toEqual([{ name: "Kiln & Co." }]);
    await after.end();
  });
});

describe.skipIf(!isRoot)("as another user (skipped: needs root, to become one)", () => {
  let installation = "";
  beforeAll(() => {
    installation = mkdtempSync(join(tmpdir(), "parley-test-"));
    chmodSync(installation, 0o755);
    linkLibraries(installAt(installation), installation);
  });
  afterAll(() => rmSync(installation, { recursive: true }));

  test("an ordinary user's database is that user's", async () => {
    const dataDir = join(tempFolder(0o755, nobody), "data", "postgres");
    const { said, end } = await launch({ dataDir, installation, as: nobody });

    expect(userOf(said.pid)).toBe(nobody.uid);
    expect(await query(said, "select 1 as one")).toEqual([{ one: 1 }]);
    await end();
  });

  test("a package that the user may not write to is copied, with its links, into the data directory", async () => {
    const unlinked = tempFolder();
    const packageDir = installWithoutLinksAt(unlinked);
    const dataDir = tempFolder(0o755, nobody);
    const { said, end } = await launch({ dataDir, installation: unlinked, as: nobody });

    expect(await query(said, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(existsSync(join(packageDir, "native", "lib", "libpq.so.5"))).toBe(false);
    await end();
  });

  test("a uid without an entry in /etc/passwd is told so, and of DATABASE_URL", async () => {
    const dataDir = tempFolder(0o755, unknownUser);
    const { said } = await launch({ dataDir, installation, as: unknownUser });

    expect(said).toMatchObject({ refused: "no_account", message: expect.stringMatching(/uid 54321 .* DATABASE_URL/) });
  });

  test("a folder that belongs to somebody else is named", async () => {
    const dataDir = join(tempFolder(), "postgres");
    const { said } = await launch({ dataDir, installation, as: nobody });

    expect(said).toMatchObject({ refused: "data_dir_unusable", message: expect.stringContaining(dataDir) });
  });

  test("a database that belongs to somebody else is named, with its owner", async () => {
    const dataDir = tempFolder(0o755, nobody);
    cpSync("/etc/hostname", join(dataDir, "cluster", "PG_VERSION"));
    const { said } = await launch({ dataDir, installation, as: nobody });

    expect(said).toMatchObject({ refused: "data_dir_unusable", message: expect.stringMatching(/belongs to uid 0/) });
  });
});

describe("the programs", () => {
  test("get their links in an installation that ran no script, also from two starts at once", async () => {
    const installation = tempFolder();
    const packageDir = installWithoutLinksAt(installation);

    const both = await Promise.all([
      launch({ dataDir: tempFolder(), installation }),
      launch({ dataDir: tempFolder(), installation }),
    ]);

    expect(existsSync(join(packageDir, "native", "lib", "libpq.so.5"))).toBe(true);
    for (const { said, end } of both) {
      expect(await query(said, "select 1 as one")).toEqual([{ one: 1 }]);
      await end();
    }
  });

  test("that are not installed for this machine are asked for, with DATABASE_URL as the way around", async () => {
    const installation = tempFolder();
    rmSync(installAt(installation), { recursive: true });
    const { said } = await launch({ dataDir: tempFolder(), installation });

    expect(said).toMatchObject({ refused: "no_binaries", message: expect.stringMatching(/npm install.*DATABASE_URL/) });
  });

  test("that this system cannot load, as on Alpine, are told apart from that", async () => {
    const installation = tempFolder();
    const postgres = join(installAt(installation), "native", "bin", "postgres");
    writeFileSync(postgres, "#!/lib64/no-such-loader\n");
    chmodSync(postgres, 0o755);
    const { said } = await launch({ dataDir: tempFolder(), installation });

    expect(said).toMatchObject({ refused: "no_binaries", message: expect.stringMatching(/glibc.*DATABASE_URL/) });
  });
});
