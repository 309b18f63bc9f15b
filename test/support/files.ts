/** Files to send, and how they are uploaded. */
import { randomBytes } from "node:crypto";
import type { Upload } from "../../contract/media.ts";
import type { Town } from "./town.ts";

/** A picture nobody else has. */
export const jpeg = (size = 2000): Buffer =>
  Buffer.concat([Buffer.from("\xff\xd8\xff\xe0", "latin1"), randomBytes(size - 4)]);

/** Uploads a file; whatever is answered. */
export async function upload(
  town: Pick<Town, "publicUrl" | "key">,
  bytes: Buffer,
  { name, authorization = town.key, ...headers }: Record<string, string> = {},
): Promise<{ status: number; body: Upload & { code?: string; detail?: string } }> {
  const query = name ? `?name=${encodeURIComponent(name)}` : "";
  const response = await fetch(`${town.publicUrl}/api/media${query}`, {
    method: "POST",
    headers: { authorization, "content-type": "image/jpeg", ...headers },
    body: new Uint8Array(bytes),
  });
  return { status: response.status, body: (await response.json()) as Upload & { code?: string; detail?: string } };
}
