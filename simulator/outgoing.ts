import { request as httpRequest, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { onAbort } from "./aborts.ts";
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
    const timers: { connect?: NodeJS.Timeout; silence?: NodeJS.Timeout; total?: NodeJS.Timeout } = {};
    let over = false;
    let stopListening: (() => void) | undefined;
    let connected = false;
    const end = (exchanged: Exchange) => {
      over = true;
      for (const timer of Object.values(timers)) clearTimeout(timer);
      stopListening?.();
      resolve(exchanged);
    };
    const fail = (kind: "ct" | "rt" | "tt" | "aborted", message: string, stale = false) => {
      if (over) return;
      end({ status: null, error: { kind, message }, contentType: null, body: "", stale });
      request.destroy();
    };
    const heard = () => {
      clearTimeout(timers.silence);
      if (!over) timers.silence = setTimeout(() => fail("rt", `silent for ${outgoing.readMs} ms`), outgoing.readMs);
    };
    const secure = outgoing.url.startsWith("https:");
    const options: RequestOptions = {
      method: outgoing.method,
      headers: outgoing.headers,
      agent: secure ? world.agents.https : world.agents.http,
    };
    const request = (secure ? httpsRequest : httpRequest)(outgoing.url, options);
    request.on("socket", (socket) => {
      const onConnect = () => {
        connected = true;
        clearTimeout(timers.connect);
        heard();
      };
      if (request.reusedSocket || !socket.connecting) return onConnect();
      timers.connect = setTimeout(() => fail("ct", `no connection in ${outgoing.connectMs} ms`), outgoing.connectMs);
      socket.once(secure ? "secureConnect" : "connect", onConnect);
    });
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      heard();
      response.on("data", (chunk: Buffer) => {
        heard();
        if (bytes < MOST_BYTES) chunks.push(chunk.subarray(0, MOST_BYTES - bytes));
        bytes += chunk.length;
      });
      response.on("error", (error) => fail("rt", error.message));
      response.on("end", () =>
        end({
          status: response.statusCode ?? null,
          error: null,
          contentType: response.headers["content-type"] ?? null,
          body: Buffer.concat(chunks).toString("utf8"),
          stale: false,
        }),
      );
    });
    request.on("error", (error) => {
      const stale = request.reusedSocket && "code" in error && error.code === "ECONNRESET";
      fail(connected ? "rt" : "ct", error.message || String(error), stale);
    });
    timers.total = setTimeout(() => fail("tt", `not done in ${Math.round(outgoing.totalMs)} ms`), outgoing.totalMs);
    stopListening = onAbort(world.era.signal, () => fail("aborted", "the simulator stopped or was reset"));
    if (!over) request.end(outgoing.method === "POST" ? outgoing.body : undefined);
  });
}
