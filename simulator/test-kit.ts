import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type ManualClock, manualClock } from "./manual-clock.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";

/** What the simulator's own tests share: Kiln & Co.'s simulated account, Dana's phone, and a server that gets webhooks. */

export const KILN = "+14155550142";
export const DANA = "+14155550123";
export const MARCO = "+12125550188";

export type Hook = {
  method: string;
  url: string;
  params: Record<string, string>;
  headers: IncomingMessage["headers"];
};
export type HookAnswer = { status?: number; type?: string; body?: string } | "silence";

/** A server that notes every webhook and answers as told: an empty TwiML response unless said otherwise. */
export async function startHooks(answer: (hook: Hook) => HookAnswer | Promise<HookAnswer> = () => ({})) {
  const hooks: Hook[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const url = request.url ?? "";
    const form = request.method === "GET" ? (url.split("?")[1] ?? "") : text;
    const params = Object.fromEntries(new URLSearchParams(form));
    const hook: Hook = { method: request.method ?? "", url, params, headers: request.headers };
    hooks.push(hook);
    const said = await answer(hook);
    if (said === "silence") return;
    response.writeHead(said.status ?? 200, { "Content-Type": said.type ?? "text/xml" });
    response.end(said.body ?? "<Response/>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    hooks,
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads Twilio's JSON as its documentation names it
export type Json = any;

export type Bench = {
  simulator: Simulator;
  clock: ManualClock;
  account: { sid: string; authToken: string };
  /** Calls Twilio's API under the account's path, or at an absolute path; params as form or query. */
  api(method: string, path: string, params?: [string, string][] | Record<string, string>): Promise<Reply>;
  send(params?: Record<string, string>): Promise<Reply>;
  stop(): Promise<void>;
};
export type Reply = { status: number; json: Json; headers: Headers };

/** A simulator on a clock that stands still, with Kiln & Co.'s account and number. */
export async function startBench(
  number: { smsUrl?: string; optOut?: "advanced" | "off" } = {},
  options: SimulatorOptions = {},
): Promise<Bench> {
  const clock = manualClock();
  const simulator = await startSimulator({ clock, seed: "bench", ...options });
  const account = simulator.createAccount({ friendlyName: "Kiln & Co." });
  simulator.addNumber({ accountSid: account.sid, phoneNumber: KILN, ...number });
  const api: Bench["api"] = (method, path, params = {}) => callApi(simulator.url, account, method, path, params);
  return {
    simulator,
    clock,
    account,
    api,
    send: (params = {}) =>
      api("POST", "/Messages.json", { From: KILN, To: DANA, Body: "Your mug is ready.", ...params }),
    stop: () => simulator.stop(),
  };
}

export async function callApi(
  base: string,
  account: { sid: string; authToken: string },
  method: string,
  path: string,
  params: [string, string][] | Record<string, string> = {},
): Promise<Reply> {
  const url = new URL(base + (/^\/(v1|v2|2010)/.test(path) ? path : `/2010-04-01/Accounts/${account.sid}${path}`));
  const encoded = new URLSearchParams(params);
  if (method === "GET") for (const [name, value] of encoded) url.searchParams.append(name, value);
  const response = await fetch(url, {
    method,
    redirect: "manual",
    headers: { Authorization: `Basic ${btoa(`${account.sid}:${account.authToken}`)}` },
    ...(method === "POST" ? { body: encoded } : {}),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, json: isJson ? JSON.parse(text) : text, headers: response.headers };
}
