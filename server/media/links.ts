/** Links by which the provider fetches a file of ours: signed, for one file, for two days. Whoever has one may read it. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { isId, type MediaId, type WorkspaceId } from "../../contract/ids.ts";
import { mediaIdOf, SENDABLE_TYPES } from "../../contract/media.ts";
import type { RemoteFile } from "../channels/channels.ts";
import type { World } from "../platform/world.ts";

/** Longer than a message may wait in the provider's queue (ten hours). */
const VALID_MS = 2 * 24 * 60 * 60 * 1000;
const DIRECTORY = "/api/media/signed";
export const SIGNED_PATH = `${DIRECTORY}/:token/:name`;

export interface MediaLinks {
  /** Where the provider finds a file of a message: our own by a link, another where it is. */
  urlFor(workspaceId: WorkspaceId, file: RemoteFile): string;
  /** The file that a link's token is for; null where it was not made here, or is over. */
  read(token: string): { workspaceId: WorkspaceId; mediaId: MediaId } | null;
}

export function createMediaLinks(publicUrl: string, key: Buffer, world: World): MediaLinks {
  const sign = (claim: string) => createHmac("sha256", key).update(claim).digest("base64url");
  return {
    urlFor(workspaceId, { url, contentType }) {
      const mediaId = mediaIdOf(url);
      if (mediaId === null) return url;
      const until = Math.ceil((world.now().getTime() + VALID_MS) / 1000);
      const claim = `${workspaceId}.${mediaId}.${until}`;
      const ending = SENDABLE_TYPES[contentType ?? ""] ?? "bin";
      return `${publicUrl}${DIRECTORY}/${claim}.${sign(claim)}/file.${ending}`;
    },
    read(token) {
      const [workspaceId = "", mediaId = "", until = "", signature = ""] = token.split(".");
      const expected = Buffer.from(sign(`${workspaceId}.${mediaId}.${until}`));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
      if (!isId("wsp", workspaceId) || !isId("med", mediaId)) return null;
      return Number(until) * 1000 >= world.now().getTime() ? { workspaceId, mediaId } : null;
    },
  };
}
