/** Serves the built web app: hashed files for good, the page anew each time, with a nonce for the styles it may add. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

const BUILT = join(import.meta.dirname, "../../../dist/web");

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Parley</title>
<h1>The web app is not built</h1>
<p>The API and the webhooks are served. To build the pages, run <code>npm run build</code> where Parley was installed
(with its development packages), then load this page again. <code>npm start</code> does both.</p></html>`;

interface WebApp {
  publicUrl: string;
  /** Whether anybody can sign in yet. */
  hasAccount(): Promise<boolean>;
  bytes(count: number): Buffer;
  /** Where the built app is. */
  folder?: string;
}

/** Scripts from here alone; styles from here, or with this page's nonce (menus and dialogs lock scrolling with one). */
const policyWith = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "media-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");

const wantsPage = ({ url, headers }: FastifyRequest) =>
  !/^\/(api|assets)(\/|$)/.test(url) && (headers.accept ?? "").includes("text/html");

const attribute = (text: string) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

/** Light or dark, as was chosen in this browser; else as its system says. */
const themeOf = ({ headers }: FastifyRequest) =>
  /(?:^|; )parley_theme=(light|dark)(?:;|$)/.exec(headers.cookie ?? "")?.[1] ?? "system";

/** Every address that is not the API's is a place in the app, so it is answered with the page; nothing else is. */
export function createWebApp({ publicUrl, hasAccount, bytes, folder = BUILT }: WebApp) {
  async function page(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (!wantsPage(request)) {
      reply.callNotFound();
      return reply;
    }
    reply.type("text/html; charset=utf-8").header("cache-control", "no-store");
    const html = await readFile(join(folder, "index.html"), "utf8").catch(() => null);
    if (html === null) return reply.code(503).send(NOT_BUILT);
    const nonce = bytes(16).toString("base64");
    const filled = html
      .replaceAll("%NONCE%", nonce)
      .replaceAll("%THEME%", themeOf(request))
      .replaceAll("%PUBLIC_URL%", attribute(publicUrl))
      .replaceAll("%HAS_ACCOUNT%", String(await hasAccount()));
    return reply.header("content-security-policy", policyWith(nonce)).send(filled);
  }

  return function webApp(app: FastifyInstance): void {
    const assets = join(folder, "assets");
    if (existsSync(assets)) {
      app.register(fastifyStatic, {
        root: assets,
        prefix: "/assets/",
        preCompressed: true,
        immutable: true,
        maxAge: "365d",
        decorateReply: false,
        index: false,
      });
    }
    app.get("/", page);
    app.get("/*", page);
  };
}
