/** Where the provider's webhooks enter: signature first, then the durable transaction, then the 200. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  answerCall,
  type CallStep,
  type Directory,
  type KnownAccount,
  type Sender,
  type WebhookReader,
} from "../channels/channels.ts";
import { isAway } from "../platform/db/pool.ts";
import { Refusal } from "../platform/errors.ts";
import { few } from "../platform/few.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";
import { createCallbacks } from "./delivery.ts";
import { type ReceiveParts, receive } from "./receive.ts";
import { createTakeIn } from "./take-in.ts";

export interface WebhookParts extends Omit<ReceiveParts, "takeIn"> {
  directory: Directory;
  reader: WebhookReader;
  publicUrl: string;
  log: Log;
  metrics: Metrics;
}

type Fields = ReadonlyArray<readonly [string, string]>;

const NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>';
/** How long a request is held where the database is away (architecture 5.3). */
const HOLD_MS = 3000;
const ASK_AGAIN_MS = 100;
/** Of all workspaces; a workspace's own go one after the other, because they would wait for its counter of events. */
const TRANSACTIONS_AT_ONCE = 4;

export function webhookRoutes(parts: WebhookParts) {
  const { database, directory, reader, publicUrl, world, log, metrics } = parts;

  const atOnce = few(TRANSACTIONS_AT_ONCE);
  const takeIn = createTakeIn(parts, atOnce);
  const recordCallback = createCallbacks(parts, atOnce);

  /** @throws Refusal 403 unless the account that the request names has signed it */
  async function signedBy(request: FastifyRequest, fields: Fields): Promise<KnownAccount> {
    const refuse = (why: string) => {
      // Not its URL: a stranger may have put anything into the query.
      log.warn({ why, route: request.routeOptions.url }, "a webhook was refused");
      return new Refusal(403, "signature_invalid", "This request is not signed by an account that is connected here.");
    };
    const sid = reader.accountSidOf(fields);
    if (!sid) throw refuse("no account is named");
    const account = await directory.account(sid);
    if (!account) throw refuse("the account is not known");
    const signature = request.headers[reader.signatureHeader];
    // The public URL is configured: the Host header is anybody's to choose.
    const url = `${publicUrl}${request.raw.url ?? ""}`;
    if (
      !reader.isSigned(
        [account.credentials.authToken],
        typeof signature === "string" ? signature : undefined,
        url,
        request.method === "GET" ? [] : fields, // there they are part of the address
      )
    ) {
      throw refuse("the signature is missing or wrong");
    }
    return account;
  }

  /** Runs `work` again while the database is away, for up to 3 s; then 503, so that the provider asks again. */
  async function held<T>(work: () => Promise<T>): Promise<T> {
    const until = world.now().getTime() + HOLD_MS;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isAway(error) || world.now().getTime() >= until) throw error;
        await world.sleep(ASK_AGAIN_MS);
      }
    }
  }

  function serve(
    app: FastifyInstance,
    kind: string,
    path: string,
    work: (fields: Fields, request: FastifyRequest) => Promise<string | { outcome: string; answer: string }>,
  ) {
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      try {
        const given = request.method === "GET" ? request.url.split("?").slice(1).join("?") : request.body;
        const fields = reader.parse(typeof given === "string" ? given : "");
        const done = await held(() => work(fields, request));
        const { outcome, answer } = typeof done === "string" ? { outcome: done, answer: NOTHING_TO_SAY } : done;
        metrics.webhooks.inc({ kind, outcome });
        return reply.type("text/xml").send(answer);
      } catch (error) {
        metrics.webhooks.inc({ kind, outcome: error instanceof Refusal ? error.code : "failed" });
        throw error;
      }
    };
    // POST is what we set; whoever configured the number by hand may have chosen GET.
    app.route({ method: ["GET", "POST"], url: path, handler, exposeHeadRoute: false });
  }

  async function inbound(fields: Fields, request: FastifyRequest): Promise<string> {
    const account = await signedBy(request, fields);
    const text = reader.inboundText(fields);
    if (!text)
      throw new Refusal(400, "malformed_webhook", "This is no inbound message: MessageSid, From and To are needed.");
    const [, prefix] = /^([a-z]+):/i.exec(text.from) ?? /^([a-z]+):/i.exec(text.to) ?? [];
    if (prefix)
      throw new Refusal(
        400,
        "channel_not_supported",
        `This message came by ${prefix}. Only SMS and MMS are received here: point the ${prefix} sender's webhook elsewhere.`,
      );
    const sender = senderFor(account, text);
    if (!sender)
      throw new Refusal(
        403,
        "number_not_connected",
        "The number that was texted is not connected here through this account.",
      );
    const outcome = await receive({ ...parts, takeIn }, text, sender);
    if (outcome === "busy")
      throw new Refusal(503, "sends_in_flight", "A send to this number is still under way. Ask again.");
    return outcome;
  }

  async function status(fields: Fields, request: FastifyRequest): Promise<string> {
    const account = await signedBy(request, fields);
    const report = reader.statusReport(fields);
    if (!report) return "ignored";
    const { m = "" } = request.query as { m?: string };
    const recorded = await recordCallback(m, report, account);
    return recorded ? "recorded" : "unknown_message";
  }

  /** A step of a call to one of our numbers: it is stored, and the call goes on as the number's settings say. */
  async function call(step: CallStep, fields: Fields, request: FastifyRequest) {
    const account = await signedBy(request, fields);
    const report = reader.callReport(step, fields);
    if (!report) throw new Refusal(400, "malformed_webhook", "This is no call: CallSid, From and To are needed.");
    const { c } = request.query as { c?: string };
    // What a call goes on with names our number; `To` may be the phone that it was forwarded to, and one of ours as well.
    const isCalled = ({ connection }: Sender) =>
      c === undefined ? connection.phoneNumber !== null && connection.phoneNumber === report.to : connection.id === c;
    const sender = account.senders.find(isCalled);
    if (!sender && step !== "started") return "unknown_call"; // its number was disconnected meanwhile
    if (!sender)
      throw new Refusal(
        403,
        "number_not_connected",
        "The number that was called is not connected here through this account.",
      );
    const acts = await answerCall({ database, publicUrl }, sender, step, report);
    return { outcome: step, answer: await reader.callAnswer(acts) };
  }

  return (app: FastifyInstance): void => {
    // Parsed by us and kept raw: trimming or re-encoding would break the signature.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    serve(app, "inbound", reader.paths.inbound, inbound);
    serve(app, "status", reader.paths.status, status);
    for (const [step, path] of reader.paths.call)
      serve(app, "call", path, (fields, request) => call(step, fields, request));
  };
}

/** Whose message it is: the number that was texted, or the Messaging Service that it belongs to. */
function senderFor(
  account: KnownAccount,
  { to, messagingServiceSid }: { to: string; messagingServiceSid: string | null },
): Sender | null {
  const { senders } = account;
  return (
    senders.find((each) => each.connection.phoneNumber === to) ??
    senders.find(
      (each) => messagingServiceSid !== null && each.connection.messagingServiceSid === messagingServiceSid,
    ) ??
    null
  );
}
