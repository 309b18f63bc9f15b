/** Files in words, and a message by its words or else by its files. */
import type { Media } from "../../contract/media.ts";

type Named = Pick<Media, "name" | "contentType">;

export function fileName({ name, contentType }: Named): string {
  if (name) return name;
  if (contentType?.startsWith("image/")) return "A photo";
  if (contentType?.startsWith("video/")) return "A video";
  if (contentType?.startsWith("audio/")) return "A recording";
  if (contentType === "text/vcard") return "A contact card";
  return "A file";
}

/** "320 kB", "1.4 MB". */
export const saySize = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** "Is this the glaze?", "A photo", "3 photos", "2 files". */
export function inShort({ content, media }: { content: string; media: readonly Named[] }): string {
  const [first] = media;
  if (content || !first) return content || "No words";
  if (media.length === 1) return fileName(first);
  const photos = media.every(({ contentType }) => contentType?.startsWith("image/"));
  return `${media.length} ${photos ? "photos" : "files"}`;
}
