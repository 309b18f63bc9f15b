/** HTTP of the media room. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Id, idOf, type MediaId, type WorkspaceId } from "../../contract/ids.ts";
import { MAX_PICTURE_BYTES, SENDABLE_TYPES, Upload } from "../../contract/media.ts";
import { nameUpTo } from "../../contract/names.ts";
import type { Database } from "../platform/db/database.ts";
import { notFound, Refusal } from "../platform/errors.ts";
import { FileAnswer, sendFile } from "../platform/http/files.ts";
import { handsOut, type Route, takesIn } from "../platform/http/route.ts";
import { mayBeShown } from "./content-type.ts";
import { type MediaLinks, SIGNED_PATH } from "./links.ts";
import { bytesOf, storedFile, upload } from "./media.ts";

const WorkspaceQuery = { workspace: idOf("wsp").optional() };

export const mediaRoutes: Route[] = [
  takesIn({
    path: "/api/media",
    summary: "Upload a file that shall go with a message; its bytes are the body",
    permission: "inbox.reply",
    query: z.strictObject({ name: nameUpTo(200).optional() }),
    answer: Upload,
    maxBytes: MAX_PICTURE_BYTES,
    handle: (tx, { query, body }) => upload(tx, body, query.name ?? null),
  }),
  handsOut({
    path: "/api/media/:id",
    summary: "The bytes of a file that came or went with a message",
    permission: "inbox.read",
    params: z.strictObject({ id: idOf("med") }),
    // A session of several workspaces names one here where it can't in a header, as in a page's picture.
    query: z.strictObject(WorkspaceQuery),
    handle: (database, { params, caller }) => fileAnswer(database, caller.workspaceId, params.id),
  }),
];

async function fileAnswer(database: Database, workspaceId: WorkspaceId, id: MediaId): Promise<FileAnswer> {
  const file = await storedFile(database, workspaceId, id);
  if (!file) throw notFound("file");
  const { hash, size, contentType, name } = file;
  return new FileAnswer({
    contentType: contentType.startsWith("text/") ? `${contentType}; charset=utf-8` : contentType,
    size,
    etag: hash,
    name: name ?? nameFor(id, contentType),
    shown: mayBeShown(contentType),
    open: (first, last) => bytesOf(database, workspaceId, hash, first, last),
  });
}

const nameFor = (id: Id<"med">, contentType: string) => `${id.slice(-8)}.${SENDABLE_TYPES[contentType] ?? "bin"}`;

/** What the provider fetches: a signed link is the permission. */
export function signedMedia(parts: { database: Database; links: MediaLinks }) {
  const { database, links } = parts;
  return (app: FastifyInstance): void => {
    app.get<{ Params: { token: string } }>(SIGNED_PATH, async (request, reply) => {
      const claim = links.read(request.params.token);
      if (!claim) throw new Refusal(403, "media_link_invalid", "This link was not made here, or its time is over.");
      const file = await fileAnswer(database, claim.workspaceId, claim.mediaId);
      return sendFile(request, reply, file, "private, no-store");
    });
  };
}
