/** Files that come and go with messages: pictures, recordings, cards. */
import { z } from "zod";
import { idOf, isId, type MediaId } from "./ids.ts";

/**
 * `fetching`: still at the provider. `stored`: here, at `url`. `failed`: it could not be had, `reason` says why.
 * `linked`: sent as a link; it stays where it is.
 */
export const Media = z.object({
  id: idOf("med"),
  state: z.enum(["fetching", "stored", "failed", "linked"]),
  /** Our own path, for whoever may read the inbox; of a linked file the link. */
  url: z.string(),
  /** By its bytes where they are here, else what the sender says; null where nobody does. */
  contentType: z.string().nullable(),
  /** In bytes; null where it is not here. */
  size: z.number().int().nullable(),
  name: z.string().nullable(),
  reason: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type Media = z.infer<typeof Media>;

/** What a message can carry that goes by a carrier (Twilio's MMS limits): pictures in full size, anything else small. */
export const MAX_PICTURE_BYTES = 5 * 1024 * 1024;
export const MAX_OTHER_FILE_BYTES = 500 * 1024;
export const MAX_FILES = 10;

/** The types that may be sent, each with how its files' names end. The first three in full size. */
export const SENDABLE_TYPES: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/gif": "gif",
  "image/bmp": "bmp",
  "image/tiff": "tiff",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "audio/ogg": "ogg",
  "audio/amr": "amr",
  "audio/wav": "wav",
  "audio/webm": "weba",
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "video/3gpp": "3gp",
  "video/webm": "webm",
  "video/mpeg": "mpeg",
  "application/pdf": "pdf",
  "text/vcard": "vcf",
  "text/calendar": "ics",
  "text/rtf": "rtf",
};

/** The most bytes that a file of this type may have to be sent. */
export const mostBytesOf = (contentType: string): number =>
  /^image\/(jpeg|png|gif)$/.test(contentType) ? MAX_PICTURE_BYTES : MAX_OTHER_FILE_BYTES;

const PATH = "/api/media/";
export const mediaPath = (id: MediaId): string => `${PATH}${id}`;

/** The file of ours that an address in `mediaUrls` names; null where it is somebody else's. */
export function mediaIdOf(url: string): MediaId | null {
  if (!url.startsWith(PATH)) return null;
  const id = url.slice(PATH.length);
  return isId("med", id) ? id : null;
}

/** A file that waits to go with a message: give its `url` in `mediaUrls` before `expiresAt`. */
export const Upload = Media.pick({ id: true, url: true, name: true }).extend({
  contentType: z.string(),
  size: z.number().int(),
  expiresAt: z.iso.datetime(),
});
export type Upload = z.infer<typeof Upload>;
