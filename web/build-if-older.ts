/** Builds the web app where it is missing or older than its sources: what `npm start` does first. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const BUILT = join(ROOT, "dist/web/index.html");

/** When anything under these paths was written last, in milliseconds. */
function lastWritten(path: string): number {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => lastWritten(join(path, name))));
}

const sources = ["web", "contract", "package-lock.json"].map((name) => lastWritten(join(ROOT, name)));
if (!existsSync(BUILT) || statSync(BUILT).mtimeMs < Math.max(...sources)) {
  try {
    process.env.NODE_ENV = "production"; // whoever starts this: the libraries ask for it while they are bundled
    const { build } = await import("vite");
    await build({ configFile: join(import.meta.dirname, "vite.config.ts"), logLevel: "warn" });
  } catch (error) {
    // The API, the webhooks and the sending do not wait for a page: the server says that it is missing.
    process.stderr.write(`The web app was not built: ${error instanceof Error ? error.message : error}\n`);
  }
}
