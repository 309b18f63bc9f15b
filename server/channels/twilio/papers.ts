/** Filing papers at Twilio: what it does not take, found by name, and documents with their files. */
import { z } from "zod";
import type { Credentials } from "../channel.ts";
import type { Stuck } from "../market.ts";
import type { NewDocument, NotTaken, PaperValues } from "../paperwork.ts";
import { baseFor, isNotFound, isRestError, type TwilioHosts } from "./client.ts";
import { json } from "./messages.ts";
import { ADDRESSES } from "./regulations.ts";
import { attempt, type Client, stuckBy } from "./stuck.ts";
import { AnswerLost, exchange } from "./transport.ts";

/** Five megabytes over a slow line. */
const UPLOAD_TIMEOUT_MS = 45_000;

/** Twilio's codes (its error dictionary) for what it has read and does not take. */
const NOT_TAKEN = new Map<number, NotTaken["why"]>([
  [21628, "address_not_found"],
  [21629, "address_differs"],
  [21238, "address_incomplete"],
  [21630, "in_use"],
  [21644, "in_use"],
  [21645, "in_use"],
  [21648, "in_use"],
  [21646, "not_editable"],
  [21647, "not_editable"],
  [22229, "not_editable"],
  [20413, "file_refused"],
]);
const UNFIT_FILE = new Set([413, 415]);

export const notTaken = (why: NotTaken["why"], code?: number, said: string | null = null): NotTaken => ({
  ...{ ok: false, why, said },
  providerCode: code === undefined ? null : String(code),
});

/** One attempt at something that Twilio may read and not take. `malformed`: what a 400 without a code that we know means. */
export const file = <T extends { ok: boolean }>(
  hosts: TwilioHosts,
  credentials: Credentials,
  work: (client: Client) => Promise<T>,
  malformed?: NotTaken["why"],
): Promise<T | NotTaken | Stuck> =>
  attempt<T | NotTaken>(hosts, credentials, async (client) => {
    try {
      return await work(client);
    } catch (error) {
      if (!isRestError(error)) throw error;
      const { code, status, message } = error;
      const why = NOT_TAKEN.get(code ?? 0) ?? (status === 400 ? malformed : undefined);
      if (!why) throw error;
      return notTaken(why, code, message);
    }
  });

/** What is gone already is fine. */
export const remove = (hosts: TwilioHosts, credentials: Credentials, work: (client: Client) => Promise<boolean>) =>
  file(hosts, credentials, async (client) => {
    try {
      await work(client);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return { ok: true as const };
  });

/**
 * Those of exactly this name, oldest first: Twilio's filters, where it has any, may match parts of names. It lists the newest
 * first, which decides within a second.
 */
export const named = <T extends { friendlyName: string; dateCreated: Date }>(items: readonly T[], name: string): T[] =>
  items
    .filter(({ friendlyName }) => friendlyName === name)
    .reverse()
    .sort((a, b) => a.dateCreated.getTime() - b.dateCreated.getTime());

export const attributesOf = (values: PaperValues, addressSids: readonly string[]) => ({
  ...values,
  ...(addressSids.length > 0 ? { [ADDRESSES]: addressSids } : {}),
});

/** Twilio refused an upload, as its own client tells of other refusals. */
class UploadRefused extends Error {
  readonly status: number;
  readonly code: number | undefined;

  constructor(status: number, code: number | undefined) {
    super(`Twilio refused an upload with status ${status}`);
    this.status = status;
    this.code = code;
  }
}

const Uploaded = z.looseObject({ sid: z.string() });
const Refused = z.looseObject({ code: z.number().nullish(), message: z.string().nullish() });

/** Its client knows no files: a document with one is posted to another host, as a form of several parts. */
export async function upload(
  hosts: TwilioHosts,
  credentials: Credentials,
  { name, type, values, addressSids }: NewDocument,
  given: NonNullable<NewDocument["file"]>,
): Promise<{ ok: true; sid: string } | NotTaken | Stuck> {
  const form = new FormData();
  form.append("FriendlyName", name);
  form.append("Type", type);
  form.append("Attributes", JSON.stringify(attributesOf(values, addressSids)));
  form.append("File", new File([Buffer.from(given.bytes)], given.fileName, { type: given.contentType }));
  const parts = new Response(form);
  try {
    const { status, body } = await exchange({
      method: "POST",
      url: `${baseFor(hosts, credentials, "numbers-upload.twilio.com")}/v2/RegulatoryCompliance/SupportingDocuments`,
      ...{ username: credentials.accountSid, password: credentials.authToken, timeoutMs: UPLOAD_TIMEOUT_MS },
      upload: {
        contentType: parts.headers.get("content-type") ?? "",
        bytes: Buffer.from(await parts.arrayBuffer()),
      },
    });
    if (status < 200 || status >= 300) {
      const refused = Refused.safeParse(json(body)).data;
      const code = refused?.code ?? undefined;
      if (UNFIT_FILE.has(status)) return notTaken("file_refused", code, refused?.message);
      throw new UploadRefused(status, code);
    }
    const uploaded = Uploaded.safeParse(json(body));
    if (!uploaded.success) throw new AnswerLost("an answer without the document's SID"); // its name finds it
    return { ok: true, sid: uploaded.data.sid };
  } catch (error) {
    return stuckBy(error);
  }
}
