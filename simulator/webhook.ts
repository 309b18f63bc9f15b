import { randomUUID } from "node:crypto";
import { nextSeq, record, type WebhookAttempt, type WebhookEntry } from "./journal.ts";
import type { Account, Message } from "./model.ts";
import { attempt } from "./outgoing.ts";
import { mayRetry, readHookUrl } from "./overrides.ts";
import { sign } from "./signature.ts";
import type { World } from "./world.ts";

export type Hook = { url: string; method: string };

/** Opens the log's entry for a webhook that is about to be posted, or that a fault keeps from being posted. */
export function openEntry(
  world: World,
  kind: WebhookEntry["kind"],
  message: Message,
  messageStatus: string,
  url: string,
  params: Record<string, string>,
): WebhookEntry {
  return record(world.webhooks, {
    seq: nextSeq(world),
    kind,
    accountSid: message.accountSid,
    messageSid: message.sid,
    messageStatus,
    from: message.from ?? "",
    to: message.to,
    url,
    params,
    startedAt: world.clock.now(),
    answeredAt: null,
    answeredSeq: null,
    attempts: [],
    outcome: "pending",
    notices: [],
  });
}

/**
 * Calls the hook as its URL's connection overrides say, then the fallback where that failed, and closes the entry.
 * Answers the attempt that succeeded, or null.
 */
export async function callHook(
  world: World,
  account: Account,
  entry: WebhookEntry,
  hook: Hook,
  fallback: Hook | null,
): Promise<WebhookAttempt | null> {
  world.inFlight += 1;
  try {
    let good = await callWithRetries(world, account, entry, hook, entry.params);
    const last = entry.attempts.at(-1);
    if (good === null && last?.error?.kind !== "aborted") {
      const code = last?.error?.kind === "ct" ? 11205 : 11200;
      entry.notices.push({ code, message: last?.error?.message ?? `HTTP ${last?.status}` });
      if (fallback !== null) {
        const params = { ...entry.params, ErrorCode: String(code), ErrorUrl: hook.url };
        good = await callWithRetries(world, account, entry, fallback, params);
      }
    }
    entry.outcome = good === null ? "failed" : "answered";
    return good;
  } finally {
    entry.answeredAt = world.clock.now();
    entry.answeredSeq = nextSeq(world);
    world.inFlight -= 1;
    if (world.inFlight === 0) for (const wake of world.idleWaiters.splice(0)) wake();
  }
}

async function callWithRetries(
  world: World,
  account: Account,
  entry: WebhookEntry,
  hook: Hook,
  params: Record<string, string>,
): Promise<WebhookAttempt | null> {
  const { url, credentials, overrides } = readHookUrl(hook.url);
  const isGet = hook.method.toUpperCase() === "GET";
  const form = new URLSearchParams(params).toString();
  const called = isGet ? `${url}${url.includes("?") ? "&" : "?"}${form}` : url;
  const headers: Record<string, string> = {
    "User-Agent": "TwilioProxy/1.1",
    Accept: "*/*",
    "I-Twilio-Idempotency-Token": randomUUID(),
    "X-Twilio-Signature": sign(account.authToken, called, isGet ? {} : params),
  };
  if (!isGet) {
    headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8";
    headers["Content-Length"] = String(Buffer.byteLength(form));
  }
  if (credentials !== null) headers.Authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  const start = performance.now();
  for (let retries = 0; ; retries += 1) {
    const leftMs = overrides.totalMs - (performance.now() - start);
    if (leftMs <= 0) return null;
    const made = await attempt(world, {
      url: called,
      method: isGet ? "GET" : "POST",
      headers,
      body: form,
      connectMs: overrides.connectMs,
      readMs: overrides.readMs,
      totalMs: leftMs,
    });
    entry.attempts.push(made);
    if (made.status !== null && made.status < 400) return made;
    const end = { status: made.status, error: made.error?.kind ?? null };
    if (retries >= overrides.retries || !mayRetry(overrides.retryOn, end)) return null;
  }
}
