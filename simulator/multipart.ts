import type { UploadedFile } from "./paper-model.ts";

export type Form = { fields: URLSearchParams; file: UploadedFile | null };

/** A form as it was posted, with or without a file among its parts; null where it is none. */
export async function readForm(contentType: string, body: Buffer): Promise<Form | null> {
  if (/^application\/x-www-form-urlencoded/i.test(contentType))
    return { fields: new URLSearchParams(body.toString("utf8")), file: null };
  if (!/^multipart\/form-data/i.test(contentType)) return null;
  const fields = new URLSearchParams();
  let file: UploadedFile | null = null;
  for (const [name, value] of await partsOf(contentType, body)) {
    if (typeof value === "string") fields.append(name, value);
    else file = { fileName: value.name, contentType: value.type, bytes: await value.bytes() };
  }
  return { fields, file };
}

async function partsOf(contentType: string, body: Buffer): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
  } catch {
    return new FormData(); // torn: its fields are missed
  }
}
