/** How a text is cut into SMS segments, for the composer's live count, the pace of sending and the bill's estimate. */
import { graphemes } from "./graphemes.ts";
import { gsm7SubstituteFor, isGsm7, septetsOf } from "./gsm7.ts";

export type SegmentCount = {
  encoding: "GSM-7" | "UCS-2";
  segments: number;
  /** Unicode code points: what the 1,600 limit counts. */
  characters: number;
  /** Septets in GSM-7, UTF-16 code units in UCS-2. */
  units: number;
  /** What forces UCS-2, in the order of the text; empty in GSM-7. */
  unicodeCharacters: UnicodeCharacter[];
};

export type UnicodeCharacter = {
  /** UTF-16 offset in the text. */
  index: number;
  /** One character as a reader sees it: an emoji with its joiners and skin tone is one. */
  character: string;
  /** GSM-7 text that can stand in for it; an empty one for what nobody sees. */
  replacement?: string;
};

/** A segment carries 140 octets; in a message of several, a header takes 6 of them from each. */
const capacity = { "GSM-7": { alone: 160, joined: 153 }, "UCS-2": { alone: 70, joined: 67 } } as const;

/**
 * Counts as Twilio's own calculator does: one character outside GSM-7 makes the whole text UCS-2, and no character is
 * split between two segments. An empty text is one segment.
 */
export function countSegments(text: string): SegmentCount {
  if (isGsm7(text)) {
    const sizes = Array.from(text, (character) => septetsOf(character.charCodeAt(0)));
    return {
      encoding: "GSM-7",
      segments: segmentsFor(sizes, capacity["GSM-7"]),
      characters: text.length,
      units: sizes.reduce<number>((sum, size) => sum + size, 0),
      unicodeCharacters: [],
    };
  }
  const clusters = graphemes(text);
  return {
    encoding: "UCS-2",
    segments: segmentsFor(
      clusters.map((cluster) => cluster.length),
      capacity["UCS-2"],
    ),
    characters: Array.from(text).length,
    units: text.length,
    unicodeCharacters: unicodeAmong(clusters),
  };
}

/** Packs sizes in order. When the first segment proves not to be alone, what its header displaces moves to the second. */
function segmentsFor(sizes: readonly number[], { alone, joined }: { alone: number; joined: number }): number {
  let segments = 1;
  let filled = 0;
  let filledBesideHeader = 0;
  for (const size of sizes) {
    const room = segments === 1 ? alone : joined;
    if (filled + size > room) {
      filled = segments === 1 ? filled - filledBesideHeader : 0;
      segments++;
    }
    filled += size;
    if (segments === 1 && filled <= joined) filledBesideHeader = filled;
  }
  return segments;
}

function unicodeAmong(clusters: readonly string[]): UnicodeCharacter[] {
  const found: UnicodeCharacter[] = [];
  let index = 0;
  for (const character of clusters) {
    if (!isGsm7(character)) {
      const replacement = gsm7SubstituteFor(character);
      found.push(replacement === undefined ? { index, character } : { index, character, replacement });
    }
    index += character.length;
  }
  return found;
}
