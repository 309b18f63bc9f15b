import { type Answer, type Call, idOf, isoSeconds } from "./call.ts";
import { notFound, TwilioError } from "./errors.ts";
import { listV1, NUMBERS_HOST } from "./paging.ts";
import type { Attributes, EndUser, SupportingDocument } from "./paper-model.ts";

/** End users and supporting documents of Regulatory Compliance; those with a file come as a form of several parts. */

const FILE_TYPES = ["application/pdf", "image/jpeg", "image/png"];
const LARGEST_FILE = 5 * 1024 * 1024;
const BASE = "/v2/RegulatoryCompliance";

export function listEndUsers(call: Call): Answer {
  const mine = [...call.world.files.endUsers.values()].filter(({ accountSid }) => accountSid === call.account.sid);
  return listV1(call, "results", mine.reverse(), endUserJson, NUMBERS_HOST);
}

export function createEndUser(call: Call): Answer {
  const { world, account, form } = call;
  const friendlyName = form.get("FriendlyName") ?? "";
  const type = form.get("Type");
  if (friendlyName === "") throw new TwilioError(20422, 400, "Missing required parameter FriendlyName");
  if (type !== "individual" && type !== "business") throw new TwilioError(22212, 400);
  const now = world.clock.now();
  const endUser: EndUser = {
    ...{ sid: world.sids.sid("IT"), accountSid: account.sid, friendlyName, type, createdAt: now, updatedAt: now },
    attributes: attributesIn(form) ?? {},
  };
  world.files.endUsers.set(endUser.sid, endUser);
  return { status: 201, json: endUserJson(endUser) };
}

export function fetchEndUser(call: Call): Answer {
  return { status: 200, json: endUserJson(endUserAt(call)) };
}

export function updateEndUser(call: Call): Answer {
  const endUser = endUserAt(call);
  endUser.attributes = attributesIn(call.form) ?? endUser.attributes;
  endUser.friendlyName = call.form.get("FriendlyName") ?? endUser.friendlyName;
  endUser.updatedAt = call.world.clock.now();
  return { status: 200, json: endUserJson(endUser) };
}

export function deleteEndUser(call: Call): Answer {
  const { sid } = endUserAt(call);
  if (isAssigned(call, sid)) throw new TwilioError(21644, 400);
  call.world.files.endUsers.delete(sid);
  return { status: 204 };
}

export function listDocuments(call: Call): Answer {
  const mine = [...call.world.files.documents.values()].filter(({ accountSid }) => accountSid === call.account.sid);
  return listV1(call, "results", mine.reverse(), documentJson, NUMBERS_HOST);
}

export function createDocument(call: Call): Answer {
  const { world, account, form, file } = call;
  const type = form.get("Type") ?? "";
  const friendlyName = form.get("FriendlyName") ?? "";
  if (type === "") throw new TwilioError(22210, 400);
  if (friendlyName === "") throw new TwilioError(22211, 400);
  if (file && !FILE_TYPES.includes(file.contentType)) throw new TwilioError(12301, 415);
  if (file && file.bytes.length > LARGEST_FILE) throw new TwilioError(20413, 413);
  const now = world.clock.now();
  const document: SupportingDocument = {
    ...{ sid: world.sids.sid("RD"), accountSid: account.sid, friendlyName, type, createdAt: now, updatedAt: now },
    ...{ attributes: attributesIn(form) ?? {}, status: "draft", failureReason: null, file },
  };
  world.files.documents.set(document.sid, document);
  return { status: 201, json: documentJson(document) };
}

export function fetchDocument(call: Call): Answer {
  return { status: 200, json: documentJson(documentAt(call)) };
}

/** A draft, or one that was rejected, which is a draft from then on. */
export function updateDocument(call: Call): Answer {
  const document = documentAt(call);
  if (document.status !== "draft" && document.status !== "rejected")
    throw new TwilioError(20422, 400, `A document that is ${document.status} can't be changed`);
  document.attributes = attributesIn(call.form) ?? document.attributes;
  document.friendlyName = call.form.get("FriendlyName") ?? document.friendlyName;
  Object.assign(document, { status: "draft", failureReason: null, updatedAt: call.world.clock.now() });
  return { status: 200, json: documentJson(document) };
}

export function deleteDocument(call: Call): Answer {
  const { sid, status } = documentAt(call);
  if (isAssigned(call, sid)) throw new TwilioError(21645, 400);
  if (status === "pending-review") throw new TwilioError(21646, 400);
  call.world.files.documents.delete(sid);
  return { status: 204 };
}

/** The attributes as given, a JSON object in a text; null where there are none. */
function attributesIn(form: URLSearchParams): Attributes | null {
  const text = form.get("Attributes");
  if (text === null || text === "") return null;
  try {
    const parsed: unknown = JSON.parse(text);
    if (isAttributes(parsed)) return parsed;
  } catch {
    // said below
  }
  throw new TwilioError(20422, 400, "Attributes must be a JSON object");
}

const isAttributes = (value: unknown): value is Attributes =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isAssigned = (call: Call, sid: string): boolean =>
  [...call.world.files.bundles.values()].some(({ items }) => items.some(({ objectSid }) => objectSid === sid));

function endUserAt(call: Call): EndUser {
  const endUser = call.world.files.endUsers.get(idOf(call, 0));
  if (endUser === undefined || endUser.accountSid !== call.account.sid) throw notFound(call.path);
  return endUser;
}

function documentAt(call: Call): SupportingDocument {
  const document = call.world.files.documents.get(idOf(call, 0));
  if (document === undefined || document.accountSid !== call.account.sid) throw notFound(call.path);
  return document;
}

function endUserJson(endUser: EndUser): Record<string, unknown> {
  return {
    sid: endUser.sid,
    account_sid: endUser.accountSid,
    friendly_name: endUser.friendlyName,
    type: endUser.type,
    attributes: endUser.attributes,
    date_created: isoSeconds(endUser.createdAt),
    date_updated: isoSeconds(endUser.updatedAt),
    url: `${NUMBERS_HOST}${BASE}/EndUsers/${endUser.sid}`,
  };
}

function documentJson(document: SupportingDocument): Record<string, unknown> {
  return {
    sid: document.sid,
    account_sid: document.accountSid,
    friendly_name: document.friendlyName,
    mime_type: document.file?.contentType ?? null,
    status: document.status,
    failure_reason: document.failureReason,
    errors: null,
    type: document.type,
    attributes: document.attributes,
    date_created: isoSeconds(document.createdAt),
    date_updated: isoSeconds(document.updatedAt),
    url: `${NUMBERS_HOST}${BASE}/SupportingDocuments/${document.sid}`,
  };
}
