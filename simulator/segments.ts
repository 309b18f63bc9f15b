/**
 * How many SMS parts a text takes. GSM 03.38: 160 septets in one part, 153 in each of several; UCS-2: 70 code units, else 67.
 * Written apart from the product's counter on purpose, so that each can find the other wrong.
 */
export type SegmentCount = { encoding: "GSM-7" | "UCS-2"; segments: number; units: number };

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("\f^{}\\[~]|€");
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

export function countSegments(text: string): SegmentCount {
  const septets = septetsOf(text);
  if (septets !== null) return { encoding: "GSM-7", ...fill(septets, 160, 153) };
  // Twilio's calculator never splits what a reader sees as one character (reference, section 7).
  const clusters = Array.from(graphemes.segment(text), (cluster) => cluster.segment.length);
  return { encoding: "UCS-2", ...fill(clusters, 70, 67) };
}

/** The septets of each character, or null as soon as one is not in the GSM alphabet. */
function septetsOf(text: string): number[] | null {
  const sizes: number[] = [];
  for (const character of text) {
    if (BASIC.has(character)) sizes.push(1);
    else if (EXTENSION.has(character)) sizes.push(2);
    else return null;
  }
  return sizes;
}

/** Packs unsplittable sizes into parts: one of `single` units, or several of `part` units. */
function fill(sizes: number[], single: number, part: number): { segments: number; units: number } {
  const units = sizes.reduce((sum, size) => sum + size, 0);
  if (units <= single) return { segments: 1, units };
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > part) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return { segments, units };
}
