import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { answerApi, signIn } from "./api.ts";
import type { Answer } from "./call.ts";
import { answerControl } from "./control.ts";
import { messageOf, TwilioError } from "./errors.ts";
import { type FaultRule, strikeRequest } from "./faults.ts";
import { nextSeq, type RequestEntry, record } from "./journal.ts";
import { storedMedia } from "./media.ts";
import { readForm } from "./multipart.ts";
import type { Simulator } from "./simulator.ts";
import type { World } from "./world.ts";

/** A form of Twilio's is small, but where it has a file; a control request may carry media. */
const LARGEST_FORM = 1_048_576;
const LARGEST_WITH_FILE = 16_777_216;
/** On numbers-upload.twilio.com with a file, on numbers.twilio.com without. */
const UPLOADS = "/v2/RegulatoryCompliance/SupportingDocuments";
const LARGEST_CONTROL = 16_777_216;

export async function listen(
  world: World,
  simulator: Simulator,
  host: string,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { signal } = world.era;
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const work = path.startsWith("/simulator")
      ? serveControl(simulator, request, response)
      : serveApi(world, request, response);
    work.catch((error: unknown) => {
      const isOver = signal.aborted || request.destroyed;
      if (!isOver) console.error(error);
      if (isOver || response.headersSent) request.socket.destroy();
      else send(response, { status: 500, json: new TwilioError(20500, 500) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the simulator listens on no port");
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function serveControl(simulator: Simulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await readBody(request, LARGEST_CONTROL)).toString("utf8");
  const url = new URL(request.url ?? "/", "http://simulator");
  send(response, await answerControl(simulator, request.method ?? "GET", url, request.headers["content-type"], body));
}

async function serveApi(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const receivedAt = world.clock.now();
  const seq = nextSeq(world);
  const method = request.method ?? "GET";
  const url = new URL(request.url ?? "/", "http://simulator");
  const signedIn = signIn(world, request.headers.authorization);
  const takesFiles = url.pathname === UPLOADS;
  const body = await readBody(request, takesFiles ? LARGEST_WITH_FILE : LARGEST_FORM);
  const posted = await readForm(request.headers["content-type"] ?? "", body);
  const isForm = posted !== null && (takesFiles || posted.file === null);
  const { fields: form, file } = posted ?? { fields: new URLSearchParams(), file: null };
  const params = new URLSearchParams([...url.searchParams, ...form]);
  const entry: RequestEntry = record(world.requests, {
    seq,
    receivedAt,
    method,
    path: url.pathname,
    params: Object.fromEntries([...new Set(params.keys())].map((name) => [name, params.getAll(name).join(" ")])),
    accountSid: signedIn?.sid ?? null,
    to: params.get("To"),
    from: params.get("From"),
    body: params.get("Body"),
    messageSid: null,
    status: null,
    errorCode: null,
    outcome: "pending",
    answeredAt: null,
  });
  response.on("close", () => {
    if (entry.outcome === "pending") entry.outcome = "client_gone";
  });
  const struck = strikeRequest(world.faults, {
    account: signedIn?.sid ?? null,
    method,
    path: url.pathname,
    to: entry.to,
    from: entry.from,
  });
  const destroyed = (outcome: "reset_before" | "reset_after") => {
    entry.outcome = outcome;
    request.socket.destroy();
  };
  await wait(world, struck, false);
  const breaking = struck.find((rule) => rule.kind !== "latency");
  if (breaking?.kind === "reset_before") return void destroyed("reset_before");
  const answer = faultAnswer(breaking) ?? take();
  entry.status = answer.status;
  if (answer.json instanceof TwilioError) entry.errorCode = answer.json.code;
  await wait(world, struck, true);
  if (breaking?.kind === "reset_after") return void destroyed("reset_after");
  if (response.destroyed) return;
  entry.outcome = "answered";
  entry.answeredAt = world.clock.now();
  response.setHeader("Date", entry.answeredAt.toUTCString());
  response.setHeader("Twilio-Request-Id", `RQ${randomUUID().replaceAll("-", "")}`);
  send(response, answer);

  function take(): Answer {
    try {
      if (method === "POST" && body.length > 0 && !isForm) {
        throw new TwilioError(20415, 415, "Only application/x-www-form-urlencoded is accepted");
      }
      if (url.pathname.startsWith("/media/")) return storedMedia(world, url.pathname);
      const { pathname: path, searchParams: query } = url;
      return answerApi({ world, method, path, signedIn, query, form, file, receivedAt, entry });
    } catch (error) {
      if (error instanceof TwilioError) return { status: error.status, json: error };
      throw error;
    }
  }
}

function faultAnswer(rule: FaultRule | undefined): Answer | null {
  if (rule?.kind !== "status") return null;
  const { status, retryAfterSeconds } = rule;
  const code = rule.code ?? (status === 429 ? 20429 : status >= 500 ? (status === 503 ? 20503 : 20500) : 20422);
  const headers: Record<string, string> = {};
  if (retryAfterSeconds !== undefined) headers["Retry-After"] = String(retryAfterSeconds);
  if (rule.page) {
    const bytes = new TextEncoder().encode(`<html><h1>${status}</h1></html>`);
    return { status, bytes, headers: { ...headers, "Content-Type": "text/html" } };
  }
  return { status, json: new TwilioError(code, status, messageOf(code)), headers };
}

async function wait(world: World, struck: FaultRule[], after: boolean): Promise<void> {
  for (const rule of struck) {
    if (rule.kind === "latency" && (rule.after ?? false) === after) await world.clock.sleep(rule.ms, world.era.signal);
  }
}

async function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > most) throw new Error(`a request of more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, answer: Answer): void {
  const headers: Record<string, string> = { ...answer.headers };
  let body: string | Uint8Array = answer.bytes ?? "";
  if (answer.json !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(answer.json);
  }
  if (answer.status === 401) headers["WWW-Authenticate"] = 'Basic realm="Twilio API"';
  headers["Content-Length"] = String(Buffer.byteLength(body));
  response.writeHead(answer.status, headers).end(body);
}
