/** Pictures on their way to and from the phone. */
import type { NewDemoText } from "../../contract/demo.ts";

export type Picture = NonNullable<NewDemoText["media"]>[number];

/** A `data:` address of these bytes. */
function bytesAsUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error("The picture can’t be read."));
    reader.readAsDataURL(blob);
  });
}

async function pictureOf(jpeg: Blob): Promise<Picture> {
  const url = await bytesAsUrl(jpeg);
  return { contentType: "image/jpeg", base64: url.slice(url.indexOf(",") + 1) };
}

/** The one that is always at hand. */
export async function samplePicture(): Promise<Picture> {
  const response = await fetch(new URL("./cracked-bowl.jpg", import.meta.url).href);
  return pictureOf(await response.blob());
}

const LONGEST_SIDE_PX = 1200;
const QUALITY = 0.8;

/** A file of the person's own, small enough to be texted. Throws where it is no picture that this browser can read. */
export async function ownPicture(file: File): Promise<Picture> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!jpeg) throw new Error("The picture can’t be read.");
  return pictureOf(jpeg);
}
