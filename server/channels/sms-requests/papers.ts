/** What was filled in: sealed where it is kept, opened for whoever may manage it and for the provider, and shown nowhere else. */
import type { Id, SmsRequestId, WorkspaceId } from "../../../contract/ids.ts";
import { EMPTY_PAPERS, PAPER_TYPES } from "../../../contract/papers.ts";
import type { PaperFile, PaperFinding, Papers } from "../../../contract/sms-requests.ts";
import type { Tx, View } from "../../platform/db/handles.ts";
import { conflict, invalid } from "../../platform/errors.ts";
import { createSecrets, type SealedColumn, type Secrets } from "../../platform/secrets.ts";
import { deleteOtherFiles, type FileRow, insertFile, listFiles, readSealedFile, type SmsRequestRow } from "./store.ts";

export const sealedPapers: SealedColumn = {
  table: "sms_requests",
  column: "papers_envelope",
  key: ["workspace_id", "id"],
  tenant: "workspace_id",
  field: "papers",
  ifLost: "empty",
};
export const sealedFileHeads: SealedColumn = {
  table: "sms_request_files",
  column: "head_envelope",
  key: ["workspace_id", "id"],
  tenant: "workspace_id",
  field: "head",
  ifLost: "delete",
};
const placeIn = (tenant: WorkspaceId, { table, field }: SealedColumn) => ({ tenant, table, field });

export interface Contents {
  papers: Papers;
  /** They may repeat what was filled in, so they are kept with it. */
  findings: PaperFinding[];
}

export const sealContents = (secrets: Secrets, workspaceId: WorkspaceId, contents: Contents) => ({
  papersEnvelope: secrets.seal(JSON.stringify(contents), placeIn(workspaceId, sealedPapers)),
  findingCount: contents.findings.length,
});

/** Of one that was erased: nothing. */
export function openContents(secrets: Secrets, { papersEnvelope, workspaceId }: SmsRequestRow): Contents {
  if (papersEnvelope === null) return { papers: EMPTY_PAPERS, findings: [] };
  return JSON.parse(secrets.open(papersEnvelope, placeIn(workspaceId, sealedPapers)));
}

const MOST_FILES = 40;
const KEY_BYTES = 32;
const FILE_FIELD = "file";

interface Head {
  /** Of the file alone, in base64. */
  key: string;
  name: string;
}

const openHead = (secrets: Secrets, tenant: WorkspaceId, row: FileRow): Head =>
  JSON.parse(secrets.open(row.headEnvelope, placeIn(tenant, sealedFileHeads)));

/** What each of these types begins with: neither a file's name nor whoever sent it is believed. */
const BEGINNINGS: ReadonlyArray<readonly [(typeof PAPER_TYPES)[number], string]> = [
  ["application/pdf", "%PDF-"],
  ["image/jpeg", "\xff\xd8\xff"],
  ["image/png", "\x89PNG\r\n\x1a\n"],
];
const paperTypeOf = (bytes: Buffer): (typeof PAPER_TYPES)[number] | null =>
  BEGINNINGS.find(([, text]) => bytes.subarray(0, text.length).equals(Buffer.from(text, "latin1")))?.[0] ?? null;

/** @throws Refusal paper_empty, paper_type_refused, too_many_papers */
export async function keepFile(
  tx: Tx,
  secrets: Secrets,
  requestId: SmsRequestId,
  bytes: Buffer,
  name: string,
): Promise<PaperFile> {
  if (bytes.length === 0) throw invalid("paper_empty", "The file is empty. Choose another one.", "body");
  const contentType = paperTypeOf(bytes);
  if (contentType === null)
    throw invalid("paper_type_refused", "Twilio takes a PDF, a JPEG or a PNG. Save it as one of these first.", "body");
  if ((await listFiles(tx, requestId)).length >= MOST_FILES)
    throw conflict("too_many_papers", "This request has very many files already. Begin a new one.");
  const key = tx.bytes(KEY_BYTES);
  const id = tx.id("pfl");
  const head: Head = { key: key.toString("base64"), name };
  const headEnvelope = secrets.seal(JSON.stringify(head), placeIn(tx.workspaceId, sealedFileHeads));
  const place = { tenant: tx.workspaceId, table: sealedFileHeads.table, field: FILE_FIELD };
  const sealed = createSecrets(key, (count) => tx.bytes(count)).seal(bytes.toString("base64"), place);
  const row = { id, requestId, headEnvelope, contentType, size: bytes.length };
  await insertFile(tx, row, sealed);
  return { id, name, contentType, size: bytes.length };
}

export const filesOf = async (view: View, secrets: Secrets, requestId: SmsRequestId): Promise<PaperFile[]> =>
  (await listFiles(view, requestId)).map((row) => ({
    ...{ id: row.id, contentType: row.contentType, size: row.size },
    name: openHead(secrets, view.workspaceId, row).name,
  }));

const ENDINGS = { "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png" } as const;

/** As the provider gets it: what somebody called the file is not its business. Null: it is not there (any more). */
export async function readFile(view: View, secrets: Secrets, requestId: SmsRequestId, id: Id<"pfl">) {
  const row = await readSealedFile(view, requestId, id);
  const contentType = PAPER_TYPES.find((each) => each === row?.contentType);
  if (!row || !contentType) return null;
  const { key } = openHead(secrets, view.workspaceId, row);
  const place = { tenant: view.workspaceId, table: sealedFileHeads.table, field: FILE_FIELD };
  const opener = createSecrets(Buffer.from(key, "base64"), () => Buffer.alloc(0));
  const bytes = Buffer.from(opener.open(row.sealed, place), "base64");
  return { fileName: `document.${ENDINGS[contentType]}`, contentType, bytes };
}

/** Files that were replaced are nobody's: they go when the request is sent. */
export const dropUnused = (tx: Tx, requestId: SmsRequestId, papers: Papers) =>
  deleteOtherFiles(
    tx,
    requestId,
    Object.values(papers.documents).flatMap(({ fileId }) => (fileId ? [fileId] : [])),
  );
