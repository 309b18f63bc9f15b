/** The web app as this checkout has it, built once however many ask for it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const BUILDING = join(ROOT, "dist/building");

/** Builds the web app as `npm start` would, where it is older than its source. One builds; whoever comes meanwhile waits. */
export function buildWebApp(): void {
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  while (!tryLock()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  try {
    const script = join(ROOT, "web/build-if-older.ts");
    const { status, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
    if (status !== 0 || stderr.includes("was not built")) throw new Error(stderr);
  } finally {
    rmSync(BUILDING);
  }
}

/** A lock that a run left behind which is gone by now is nobody's. */
function tryLock(): boolean {
  try {
    writeFileSync(BUILDING, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    try {
      process.kill(Number(readFileSync(BUILDING, "utf8")) || process.pid, 0);
    } catch {
      rmSync(BUILDING, { force: true });
    }
    return false;
  }
}
