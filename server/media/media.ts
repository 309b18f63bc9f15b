/** Media: the files that come and go with messages, fetched, kept and handed out. */
import type { ConversationId, MediaId, MessageId, WorkspaceId } from "../../contract/ids.ts";
import {
  MAX_PICTURE_BYTES,
  type Media,
  mediaIdOf,
  mediaPath,
  mostBytesOf,
  SENDABLE_TYPES,
  type Upload,
} from "../../contract/media.ts";
import type { Database } from "../platform/db/database.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { invalid } from "../platform/errors.ts";
import { contentTypeOf } from "./content-type.ts";
import * as store from "./store.ts";

export { MEDIA_NEWS } from "./fetch-media.ts";
export type { MediaLinks } from "./links.ts";

const UPLOAD_KEPT_MS = 24 * 60 * 60 * 1000;
/** Uploads that went with no message are forgotten, in all workspaces. */
export async function pruneUploads({ ground }: Database): Promise<void> {
  await ground.rows("select prune_uploads($1)", [new Date(ground.now.getTime() - UPLOAD_KEPT_MS)]);
}

function mediaJson({ id, state, reason, sourceUrl, contentType, name, size }: store.MediaRow): Media {
  const url = state === "linked" && sourceUrl !== null ? sourceUrl : mediaPath(id);
  return { id, state, url, contentType, size, name, reason };
}

/** The files of these messages, each message's in their order. */
export async function mediaOf(view: View, ids: readonly MessageId[]): Promise<Map<MessageId, Media[]>> {
  const found = new Map<MessageId, Media[]>();
  for (const row of await store.mediaOfMessages(view, ids))
    found.set(row.messageId, [...(found.get(row.messageId) ?? []), mediaJson(row)]);
  return found;
}

const kilobytes = (bytes: number) => `${Math.round(bytes / 1024).toLocaleString("en")} KB`;

function checkSendable(contentType: string | null, size: number, field: string): asserts contentType is string {
  if (contentType === null || !(contentType in SENDABLE_TYPES))
    throw invalid(
      "media_type_not_sendable",
      "A carrier takes no file of this kind. Send a picture (JPEG, PNG, GIF), a recording, a video, a PDF or a contact card.",
      field,
    );
  const most = mostBytesOf(contentType);
  if (size > most)
    throw invalid(
      "media_too_large",
      `This file has ${kilobytes(size)}; of its kind a carrier takes ${kilobytes(most)} at most. Send a smaller one.`,
      field,
    );
}

/** @throws Invalid media_empty, media_type_not_sendable, media_too_large */
export async function upload(tx: Tx, bytes: Buffer, name: string | null): Promise<Upload> {
  if (bytes.length === 0) throw invalid("media_empty", "The file is empty. Choose another one.", "body");
  const contentType = contentTypeOf(bytes);
  checkSendable(contentType, bytes.length, "body");
  const id = tx.id("med");
  const size = bytes.length;
  const hash = await store.keepBytes(tx, bytes);
  const loose = { messageId: null, conversationId: null, position: 0, sourceUrl: null };
  await store.insertMedia(tx, { ...loose, id, state: "stored", contentType, name, size, hash });
  const expiresAt = new Date(tx.now.getTime() + UPLOAD_KEPT_MS).toISOString();
  return { id, url: mediaPath(id), name, contentType, size, expiresAt };
}

export interface Attached {
  /** What the message's row keeps: our path of a file of ours, or the link. */
  url: string;
  contentType: string | null;
}

/**
 * The files that go with a message that is about to be stored: each upload is its own copy of it from now on.
 * @param unreachable whether the provider can't reach us, and so can't fetch a file of ours
 * @throws Invalid media_not_found, media_not_reachable, media_type_not_sendable, media_too_large
 */
export async function filesFor(
  tx: Tx,
  mediaUrls: readonly string[],
  unreachable: boolean,
): Promise<{ files: Attached[]; attach(to: { messageId: MessageId; conversationId: ConversationId }): Promise<void> }> {
  const rows: Array<Parameters<typeof store.insertMedia>[1]> = [];
  const empty = { messageId: null, conversationId: null, name: null, size: null, hash: null, contentType: null };
  for (const [position, url] of mediaUrls.entries()) {
    const uploaded = mediaIdOf(url);
    if (uploaded === null) {
      rows.push({ ...empty, id: tx.id("med"), position, state: "linked", sourceUrl: url });
      continue;
    }
    if (unreachable)
      throw invalid(
        "media_not_reachable",
        "The provider can't fetch a file from this address of Parley's, which is not on the internet. Set PARLEY_PUBLIC_URL to one that is, or send a public link.",
        `mediaUrls.${position}`,
      );
    const found = await store.findMedia(tx, uploaded);
    if (found?.state !== "stored")
      throw invalid(
        "media_not_found",
        "There is no such file here any more: an upload waits for 24 hours. Upload it again.",
        `mediaUrls.${position}`,
      );
    const { contentType, name, size, hash } = found;
    checkSendable(contentType, size ?? 0, `mediaUrls.${position}`); // one that a customer sent may be of any kind
    rows.push({
      ...empty,
      id: tx.id("med"),
      position,
      state: "stored",
      sourceUrl: null,
      contentType,
      name,
      size,
      hash,
    });
  }
  const total = rows.reduce((sum, each) => sum + (each.size ?? 0), 0);
  if (total > MAX_PICTURE_BYTES)
    throw invalid(
      "media_too_large",
      `The files of one message may have ${kilobytes(MAX_PICTURE_BYTES)} together; these have ${kilobytes(total)}. Send them in several messages.`,
      "mediaUrls",
    );
  return {
    files: rows.map(({ id, sourceUrl, contentType }) => ({ url: sourceUrl ?? mediaPath(id), contentType })),
    async attach(to) {
      for (const row of rows) await store.insertMedia(tx, { ...row, ...to });
    },
  };
}

/** A file whose bytes are here; null where there is none, or its bytes are not. */
export async function storedFile(
  database: Database,
  workspaceId: WorkspaceId,
  id: MediaId,
): Promise<{ hash: string; size: number; contentType: string; name: string | null } | null> {
  const row = await database.view(workspaceId, (view) => store.findMedia(view, id));
  if (!row || row.hash === null || row.size === null) return null;
  const { hash, size, name, contentType } = row;
  return { hash, size, name, contentType: contentType ?? "application/octet-stream" };
}

/** The bytes from `first` to `last`, both included, a part at a time. */
export async function* bytesOf(
  database: Database,
  workspaceId: WorkspaceId,
  hash: string,
  first: number,
  last: number,
): AsyncGenerator<Buffer> {
  for (let at = first; at <= last; ) {
    const n = Math.floor(at / store.PART_BYTES);
    const part = await database.view(workspaceId, (view) => store.readPart(view, hash, n));
    if (!part) throw new Error("a file was removed while it was read");
    const from = at - n * store.PART_BYTES;
    const wanted = part.bytes.subarray(from, from + last - at + 1);
    yield wanted;
    at += wanted.length;
  }
}
