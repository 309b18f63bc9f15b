/** One HTTP exchange with Twilio: one attempt, explicit time-outs, kept connections, no redirects, no retries. */
import http from "node:http";
import https from "node:https";

export interface Exchange {
  method: "GET" | "POST" | "DELETE";
  url: string;
  username: string;
  password: string;
  /** Form fields in order; names may repeat. */
  form?: ReadonlyArray<readonly [string, string]>;
  /** A body that is no such form. */
  upload?: { contentType: string; bytes: Buffer };
  timeoutMs: number;
}

export interface Answered<Body = string> {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Body;
}

/** The request never left: repeating it is safe. */
export class NotSent extends Error {}
/** The request may have arrived, but its answer was lost. */
export class AnswerLost extends Error {}

// An idle connection is dropped before the other side would drop it (usually after 5 s or more), so that a request
// does not start on one that is about to close and end with an unknown outcome.
const options = { keepAlive: true, maxSockets: 128, maxFreeSockets: 64, timeout: 3000 } as const;
const agents = { "http:": new http.Agent(options), "https:": new https.Agent(options) };

const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** The answer has more bytes than were wanted; it was broken off. */
export class TooLarge extends Error {}

/** @throws NotSent where no connection came about, AnswerLost where it broke or timed out after that */
export async function exchange(asked: Exchange): Promise<Answered> {
  const { body, ...answer } = await exchangeBytes({ ...asked, accept: "application/json" });
  return { ...answer, body: body.toString("utf8") };
}

/**
 * The same for an answer that is no text, and for one that is asked for without credentials.
 * @throws TooLarge besides
 */
export function exchangeBytes({
  method,
  url,
  username,
  password,
  form,
  upload = form && urlEncoded(form),
  timeoutMs,
  accept,
  maxBytes = MAX_BODY_BYTES,
}: Omit<Exchange, "username" | "password"> & {
  username?: string;
  password?: string;
  accept: string;
  maxBytes?: number;
}): Promise<Answered<Buffer>> {
  const target = new URL(url);
  const https_ = target.protocol === "https:";
  return new Promise((resolve, reject) => {
    let connected = false;
    const request = (https_ ? https : http).request(target, {
      method,
      agent: agents[https_ ? "https:" : "http:"],
      headers: {
        ...(username === undefined
          ? {}
          : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` }),
        accept,
        "accept-charset": "utf-8",
        "user-agent": "parley",
        ...(upload ? { "content-type": upload.contentType, "content-length": upload.bytes.length } : {}),
      },
    });
    const lost = (error: Error) => {
      clearTimeout(deadline);
      if (error instanceof TooLarge) reject(error);
      else reject(connected ? new AnswerLost(error.message) : new NotSent(error.message));
    };
    const deadline = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    request.once("socket", (socket) => {
      const ready = https_ ? "secureConnect" : "connect";
      if (socket.connecting)
        socket.once(ready, () => {
          connected = true;
        });
      else connected = true;
    });
    request.once("error", lost);
    request.once("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const breakOff = () => {
        lost(new TooLarge(`an answer of more than ${maxBytes} bytes`));
        request.destroy();
      };
      if (Number(response.headers["content-length"] ?? 0) > maxBytes) breakOff();
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) breakOff();
        else chunks.push(chunk);
      });
      response.once("error", lost);
      response.once("aborted", () => lost(new Error("the answer broke off")));
      response.once("end", () => {
        clearTimeout(deadline);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        });
      });
    });
    request.end(upload?.bytes);
  });
}

function urlEncoded(form: NonNullable<Exchange["form"]>): NonNullable<Exchange["upload"]> {
  const text = new URLSearchParams(form.map(([name, value]) => [name, value])).toString();
  return { contentType: "application/x-www-form-urlencoded", bytes: Buffer.from(text) };
}

/** Closes kept connections: the last thing at a shutdown. */
export function closeConnections(): void {
  agents["http:"].destroy();
  agents["https:"].destroy();
}
