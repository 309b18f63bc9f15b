/** How the web app is built: into dist/web, names by content, each file compressed beside itself. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const OUT = join(import.meta.dirname, "../dist/web");
const SERVER = process.env.PARLEY_PUBLIC_URL ?? "http://localhost:3000";

/** The server hands out what was compressed here, so that no request waits for it. */
const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  closeBundle() {
    const assets = join(OUT, "assets");
    for (const name of readdirSync(assets)) {
      if (!/\.(js|css|svg)$/.test(name)) continue;
      const bytes = readFileSync(join(assets, name));
      writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes));
      writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    }
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwind(), compressed],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    reportCompressedSize: false,
  },
  // The product answers the API; to it, requests come from its own page. What ends in .ts is the room web/api itself.
  server: {
    proxy: { "^/api/(?!.*\\.ts(\\?|$))": { target: SERVER, changeOrigin: true, headers: { origin: SERVER } } },
  },
});
