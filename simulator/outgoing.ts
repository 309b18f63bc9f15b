import { request as httpRequest, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { WebhookAttempt } from "./journal.ts";
import type { World } from "./world.ts";

export type OutgoingRequest = {
  url: string;
  method: "GET" | "POST";
  headers: Record<string, string>;
  body: string;
  connectMs: number;
  readMs: number;
  totalMs: number;
};

/** Answers beyond this are cut: TwiML over 64 kB is refused anyway (11750). */
const MOST_BYTES = 65_537;

/**
 * One HTTP attempt. Never rejects: how it failed is in `error`. Its time-outs run on real time, whatever the
 * simulator's clock says, because the server at the other end answers in real time.
 */
export async function attempt(world: World, outgoing: OutgoingRequest): Promise<WebhookAttempt> {
  const startedAt = world.clock.now();
  const start = performance.now();
  let end = await exchange(world, outgoing);
  // A kept-alive connection that the server was just closing: the request never started, so it is made anew.
  if (end.stale) end = await exchange(world, outgoing);
  const { status, error, contentType, body } = end;
  return {
    url: outgoing.url,
    startedAt,
    durationMs: Math.round((performance.now() - start) * 10) / 10,
    status,
    error,
    contentType,
    body,
  };
}

type Exchange = Pick<WebhookAttempt, "status" | "error" | "contentType" | "body"> & { stale: boolean };

function exchange(world: World, outgoing: OutgoingRequest): Promise<Exchange> {
  return new Promise((resolve) => {
    const timers: { connect?: NodeJS.Timeout; read?: NodeJS.Timeout; total?: NodeJS.Timeout } = {};
    const failed = (kind: "ct" | "rt" | "tt" | "aborted", message: string, stale = false) =>
      settle({ status: null, error: { kind, message }, contentType: null, body: "", stale });
    const settle = (end: Exchange) => {
      for (const timer of Object.values(timers)) clearTimeout(timer);
      world.era.signal.removeEventListener("abort", onAbort);
      resolve(end);
      request.destroy();
    };
    const onAbort = () => failed("aborted", "the simulator stopped");
    const secure = outgoing.url.startsWith("https:");
    const options: RequestOptions = {
      method: outgoing.method,
      headers: outgoing.headers,
      agent: secure ? world.agents.https : world.agents.http,
    };
    let connected = false;
    const listenForSilence = () => {
      clearTimeout(timers.read);
      timers.read = setTimeout(() => failed("rt", `silent for ${outgoing.readMs} ms`), outgoing.readMs);
    };
    const request = (secure ? httpsRequest : httpRequest)(outgoing.url, options, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const finish = () => {
        for (const timer of Object.values(timers)) clearTimeout(timer);
        world.era.signal.removeEventListener("abort", onAbort);
        resolve({
          status: response.statusCode ?? null,
          error: null,
          contentType: response.headers["content-type"] ?? null,
          body: Buffer.concat(chunks).toString("utf8"),
          stale: false,
        });
      };
      listenForSilence();
      response.on("data", (chunk: Buffer) => {
        listenForSilence();
        if (bytes < MOST_BYTES) chunks.push(chunk.subarray(0, MOST_BYTES - bytes));
        bytes += chunk.length;
      });
      response.on("end", finish);
      response.on("error", (error) => failed("rt", error.message));
    });
    request.on("socket", (socket) => {
      const onConnect = () => {
        connected = true;
        clearTimeout(timers.connect);
        listenForSilence();
      };
      if (request.reusedSocket || !socket.connecting) return onConnect();
      timers.connect = setTimeout(() => failed("ct", `no connection in ${outgoing.connectMs} ms`), outgoing.connectMs);
      socket.once(secure ? "secureConnect" : "connect", onConnect);
    });
    request.on("error", (error) => {
      const stale = request.reusedSocket && "code" in error && error.code === "ECONNRESET";
      failed(connected ? "rt" : "ct", error.message || String(error), stale);
    });
    timers.total = setTimeout(() => failed("tt", `not done in ${outgoing.totalMs} ms`), outgoing.totalMs);
    if (world.era.signal.aborted) return onAbort();
    world.era.signal.addEventListener("abort", onAbort, { once: true });
    request.end(outgoing.method === "POST" ? outgoing.body : undefined);
  });
}
