/** Hands out a file: in parts where a player asks for them, shown where that is safe, and never as something it is not. */
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";

/** An answer that is a file. */
export class FileAnswer {
  readonly contentType: string;
  /** In bytes. */
  readonly size: number;
  /** Changes with the bytes. */
  readonly etag: string;
  /** What a saved file is called. */
  readonly name: string;
  /** Whether a browser may show it in its place; elsewhere it is saved. */
  readonly shown: boolean;
  /** The bytes from `first` to `last`, both included. */
  readonly open: (first: number, last: number) => AsyncIterable<Buffer>;

  constructor(file: Pick<FileAnswer, "contentType" | "size" | "etag" | "name" | "shown" | "open">) {
    this.contentType = file.contentType;
    this.size = file.size;
    this.etag = file.etag;
    this.name = file.name;
    this.shown = file.shown;
    this.open = file.open;
  }
}

/** An answer that is a text, written while it is sent: of any length, with little of it in memory. */
export class TextAnswer {
  readonly contentType: string;
  readonly name: string;
  /** Whether a browser may show it in its place; elsewhere it is saved. */
  readonly shown: boolean;
  readonly parts: Iterable<string> | AsyncIterable<string>;
  /** The style element that it may have, as `sha256-…`; nothing else of it is ever run or fetched. */
  readonly styleHash: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(text: Pick<TextAnswer, "contentType" | "name" | "shown" | "parts"> & Partial<TextAnswer>) {
    this.contentType = text.contentType;
    this.name = text.name;
    this.shown = text.shown;
    this.parts = text.parts;
    this.styleHash = text.styleHash ?? null;
    this.headers = text.headers ?? {};
  }
}

export function sendText(reply: FastifyReply, text: TextAnswer): FastifyReply {
  const styles = text.styleHash ? `; style-src '${text.styleHash}'` : "";
  return reply
    .headers(text.headers)
    .header("cache-control", "private, no-store")
    .header("x-content-type-options", "nosniff")
    .header("content-security-policy", `default-src 'none'; sandbox${styles}`)
    .header("content-disposition", disposition(text.shown, text.name))
    .type(`${text.contentType}; charset=utf-8`)
    .send(Readable.from(text.parts, { objectMode: false, encoding: "utf8" }));
}

/** One range of `Range: bytes=…`; null: the whole file, as for a header that can't be read (RFC 9110, section 14.2). */
export function rangeIn(
  header: string | undefined,
  size: number,
): { first: number; last: number } | "unsatisfiable" | null {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return null;
  const first = from === "" ? Math.max(size - Number(to), 0) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== "" && to !== "" && Number(to) < Number(from)) return null;
  return first > last ? "unsatisfiable" : { first, last };
}

const quoted = (name: string) => name.replace(/[^\x20-\x7e]|["\\%]/g, "_");

const disposition = (shown: boolean, name: string) =>
  `${shown ? "inline" : "attachment"}; filename="${quoted(name)}"; filename*=UTF-8''${encodeURIComponent(name)}`;

/** @param cached how a browser may keep it, beside asking again whether it is still the same */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: FileAnswer, cached: string): FastifyReply {
  const etag = `"${file.etag}"`;
  reply
    .header("etag", etag)
    .header("cache-control", cached)
    .header("accept-ranges", "bytes")
    .header("x-content-type-options", "nosniff")
    .header("content-security-policy", "default-src 'none'; sandbox")
    .header("content-disposition", disposition(file.shown, file.name));
  if (request.headers["if-none-match"]?.split(/,\s*/).includes(etag)) return reply.code(304).send();

  const range = rangeIn(request.headers.range, file.size);
  if (range === "unsatisfiable")
    return reply.code(416).header("content-range", `bytes */${file.size}`).type("text/plain").send("");
  const { first, last } = range ?? { first: 0, last: file.size - 1 };
  if (range) reply.code(206).header("content-range", `bytes ${first}-${last}/${file.size}`);
  return reply
    .type(file.contentType)
    .header("content-length", last - first + 1)
    .send(Readable.from(file.open(first, last), { objectMode: false }));
}
