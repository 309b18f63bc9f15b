import type { NewAccount } from "./accounts.ts";
import type { PhoneCalls } from "./calls.ts";
import { ControlError } from "./errors.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import type { PhoneSends } from "./inbound.ts";
import type { Capabilities, Pacing } from "./model.ts";
import type { NewNumber } from "./numbers.ts";
import type { Review } from "./reviews.ts";
import type { NewService } from "./services.ts";
import type { AccountChanges, NumberChanges } from "./steering.ts";

/** The JSON bodies of the control endpoints, read field by field into what the TypeScript door takes. */

const CALL_OUTCOMES = ["answered", "no-answer", "busy", "failed", "hangs-up"] as const;
const CALL_STATUSES = ["ringing", "in-progress", "completed", "busy", "no-answer", "canceled", "failed"] as const;
const VERDICTS = ["in-review", "twilio-approved", "provisionally-approved", "twilio-rejected"] as const;
const OPT_OUT = ["default", "advanced", "off"] as const;

export function newAccount(read: Fields): NewAccount {
  const identity = {
    sid: read.optionalText("sid"),
    ownerSid: read.optionalText("ownerSid"),
  };
  return { ...present(identity), ...accountChanges(read) };
}

export function accountChanges(read: Fields): AccountChanges {
  const changes = {
    authToken: read.optionalText("authToken"),
    friendlyName: read.optionalText("friendlyName"),
    type: read.choice("type", ["Trial", "Full"]),
    status: read.choice("status", ["active", "suspended", "closed"]),
    verified: read.texts("verified"),
    refusedPrefixes: read.texts("refusedPrefixes"),
    mediaAuth: read.flag("mediaAuth"),
    pacing: pacing(read.object("pacing")),
  };
  read.end();
  return present(changes);
}

export function newNumber(read: Fields): NewNumber {
  const input = {
    sid: read.optionalText("sid"),
    friendlyName: read.optionalText("friendlyName"),
    type: read.choice("type", ["local", "toll-free", "mobile", "short code"]),
  };
  const required = { accountSid: read.text("accountSid"), phoneNumber: read.text("phoneNumber") };
  return { ...required, ...present(input), ...numberChanges(read) };
}

export function numberChanges(read: Fields): NumberChanges {
  const changes = {
    capabilities: capabilities(read.object("capabilities")),
    optOut: read.choice("optOut", OPT_OUT),
    pacing: pacing(read.object("pacing")),
    smsUrl: read.optionalText("smsUrl"),
    smsMethod: read.choice("smsMethod", ["GET", "POST"]),
  };
  read.end();
  return present(changes);
}

export function newService(read: Fields): NewService {
  const input = {
    friendlyName: read.optionalText("friendlyName"),
    inboundRequestUrl: read.optionalText("inboundRequestUrl"),
    statusCallback: read.optionalText("statusCallback"),
    useInboundWebhookOnNumber: read.flag("useInboundWebhookOnNumber"),
    phoneNumbers: read.texts("phoneNumbers"),
    alphaSenders: read.texts("alphaSenders"),
  };
  const required = { accountSid: read.text("accountSid") };
  read.end();
  return { ...required, ...present(input) };
}

/** Media come as {contentType, base64}. */
export function phoneSends(read: Fields): PhoneSends {
  const required = { from: read.text("from"), to: read.text("to") };
  const input = {
    body: read.optionalText("body"),
    media: read.list("media")?.map((item, index) => mediaItem(fieldsOf(item, `media[${index}]`), index)),
    extraParams: read.textMap("extraParams"),
  };
  read.end();
  return { ...required, ...present(input) };
}

export function phoneCalls(read: Fields): PhoneCalls {
  const required = { from: read.text("from"), to: read.text("to") };
  const input = {
    callStatus: read.choice("callStatus", CALL_STATUSES),
    outcome: read.choice("outcome", CALL_OUTCOMES),
    voicemailSeconds: read.number("voicemailSeconds"),
    extraParams: read.textMap("extraParams"),
  };
  read.end();
  return { ...required, ...present(input) };
}

export function reviewOf(read: Fields): Review {
  const status = read.choice("status", VERDICTS);
  if (status === undefined) throw new ControlError("status", `is required: one of ${VERDICTS.join(", ")}`);
  const more = { reason: read.optionalText("reason"), documentSid: read.optionalText("documentSid") };
  read.end();
  return { status, ...present(more) };
}

function mediaItem(read: Fields, index: number): { contentType: string; bytes: Uint8Array } {
  const base64 = read.text("base64");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new ControlError(`media[${index}].base64`, "must be base64");
  const item = { contentType: read.text("contentType"), bytes: Buffer.from(base64, "base64") };
  read.end();
  return item;
}

function pacing(read: Fields | undefined): Partial<Pacing> | undefined {
  if (read === undefined) return undefined;
  const given = {
    sentAfterMs: read.number("sentAfterMs"),
    finalAfterMs: read.number("finalAfterMs"),
    mps: read.numberOrNull("mps"),
  };
  read.end();
  if (given.mps === 0) throw new ControlError("pacing.mps", "must be above 0, or null for unlimited");
  return present(given);
}

function capabilities(read: Fields | undefined): Partial<Capabilities> | undefined {
  if (read === undefined) return undefined;
  const given = { sms: read.flag("sms"), mms: read.flag("mms"), voice: read.flag("voice"), fax: read.flag("fax") };
  read.end();
  return present(given);
}

type Present<Given> = { [Name in keyof Given]?: Exclude<Given[Name], undefined> };

/** Without the fields that were left out, so that "absent" and "undefined" stay one thing. */
export function present<Given extends Record<string, unknown>>(given: Given): Present<Given> {
  const result: Present<Given> = {};
  for (const name in given) {
    const value = given[name];
    if (isGiven(value)) result[name] = value;
  }
  return result;
}

function isGiven<Value>(value: Value): value is Exclude<Value, undefined> {
  return value !== undefined;
}
