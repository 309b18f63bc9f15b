/**
 * What a reader sees as one character, after Unicode 10.0.0 (UAX #29) as Twilio's calculator applies it. Intl.Segmenter
 * follows the Unicode version of each browser, so that two people would see different counts for one text.
 */

type Property =
  | "other"
  | "control"
  | "extend"
  | "spacing"
  | "prepend"
  | "base"
  | "modifier"
  | "glue"
  | "glueBase"
  | "joiner"
  | "flag"
  | "L"
  | "V"
  | "T"
  | "LV"
  | "LVT";

/** Unicode 10.0.0, GraphemeBreakProperty. Each range is `gap from the end of the one before`, then `:length - 1`, in base 36. */
const packedRanges: readonly (readonly [Property, string])[] = [
  ["control", "0:v 2o:w e 12n 3jm 1kt 3:1 p:6 1e:f 109d:1kv 64g 6p:b 119h:3 440:7 h406:v 2p:3j 6p:2rz"],
  [
    "extend",
    "lc:33 7o:6 7c:18 2 2:1 2:1 2 21:a 1d:k h 2u:6 3:5 3:1 2:3 10 v:q 2k:a 1n:8 z:3 2:8 2:2 2:4 18:2 3d:d 2:v " +
      "1k 2 5:7 5 4:6 b:1 u 1n 2 3:3 9 a b:1 u:1 1m 5:1 5:1 3:2 4 v:1 4 c:1 1m 5:4 2:1 5 l:1 n:5 2 1n 2:1 2:3 9 " +
      "9:1 b:1 v 1o 2 d a 15 1q:2 6:2 2:3 8:1 c:1 u 1n 3 3 4 6:1 8:1 c:1 t:1 1m:1 2 3:3 9 a b:1 2v 5 3:2 2 9 2a " +
      "3:6 d:7 2r 3:5 2:1 c:5 23:1 s 2 2 1k:d 2:4 2:1 6:a 2:z a 2v:3 2:5 2:1 3:1 q:1 5:2 h:3 e 3:1 7 g jk:2 qb:2 " +
      "u:2 u:1 v:1 1t:1 2:6 9 3:a a 1a:2 3c:1 z 3b:2 5:1 a 7:2 64:1 3 1n 2:6 2 2 3:7 7:9 3 1d:e 1u:3 1d 2:4 2 6 " +
      "15:8 d:1 x:3 3:1 2:2 1l 2:1 4 2:2 1n:7 3:1 49:2 2:c 2:6 5 7 4:1 5j:1l 2:4 el 5g:w 2db:2 3y 2p:v ff:5 2y:1 " +
      "n9x:3 2:9 x:1 29:1 7l 4 5 q:1 4e:1 r:h 1h:7 q:a 1b:2 1d 3:3 3 15 1w:5 3:1 3:1 d 9 1c 1g 2:2 3:1 6:1 2 17:1 " +
      "9 6n 3 5 fn5 ki:f h:f a7:1 gu 6b 46:4 1af:2 2:1 6:3 15:2 5 4m:1 10b 1j:e 1l:2 1e:3 3:1 1y:2 11:4 2:7 1r " +
      "d:1 1h:8 c:2 2r:2 3 2:1 7 4h 4:7 m:1 1n 2 2 n f:6 4:4 5g:7 3:2 2 2y 3:5 2 3 2:1 2:1 6k 3:3 7:1 2:1 s:1 " +
      "2e:7 3 2:1 2z 2 3:5 2 2u:2 3:3 2:4 k6:5 3:1 15:5 3:3 9 a:5 3:2 1b:c 2:1 bb:6 2:5 2 2b:l 3:6 2:1 2:1 3f:5 4 " +
      "2:1 2:6 2 fc9:4 1o:6 ux:3 f7v:1 43r 2:2 5:4 9:7 3:6 v:3 45:2 1j0:1i 5:1d 9 f n:4 2:e 11t:6 2:g 3:6 2:1 2:4 " +
      "1pi:6 32:6 gzbq:2n 3l:6n",
  ],
  [
    "spacing",
    "1s3 1k 3:2 9:3 2:1 1f:1 1o:1 7:1 3:1 1j 1n:2 1v 1n:2 9 2:1 1i:1 1p 7:1 3:1 37 2:1 4:2 2:2 1h:2 1q:3 1q:1 " +
      "1n 2:1 2:1 3:1 2:1 1j:1 1o:1 6:2 2:2 1i:1 25:1 7:6 k:1 1s 3k 3v:1 1s 4y a:1 q:1 19 1f6 8:7 2:1 9n:3 3:2 " +
      "5:1 2:5 69:1 1n 2 m:5 42 1d 6 2:4 2:1 1q v 5:1 3 1p 3:2 2 4:1 1d:7 9:1 4s h:1 4 rho:1 3 2h:1 1f:f 3z:1 1c " +
      "1d:1 5:1 2:3 33:1 3:1 p 4e 3:1 6 6m:1 2:1 2:1 2 jro 2 3k 1a:2 5:1 38 2e 1d:2 a:1 30:2 4:1 2 4r:2 w:1 1o " +
      "2:3 3:1 3:2 l:1 5u:2 9:1 4 30:1 7 2:1 2 3 6n:1 7:3 3 36:2 9:1 2 32 2:1 7 2y:1 5 kh:1 1d u:1 1r bc f 2z 8 3 " +
      "gbh:19 jc8 7",
  ],
  ["prepend", "16o:5 60 1e cz vg 1f8v 79:1 1o7 24:3 jh"],
  [
    "base",
    "7j1 64 h:3 2iyg 1p:2 3 3:2 3a:1 3:a u 2:8 4 5:2 2:2 z 5m:1 5 m 5:1 4v:2 4:4 2c h:2 a c gc:4 2:1 7 a:9 4:1 " +
      "43:c",
  ],
  ["glue", "7k0 2 2b:1 36 2k 2isk 1i 1h w h 4 1v 2 4e 1c:1 2z 5 58 48 i"],
  ["glueBase", "2que:3"],
  ["modifier", "2qrf:4"],
  ["joiner", "6bx"],
  ["flag", "2qcm:p"],
  ["L", "3cw:2n u0x:s"],
  ["V", "3fk:1z 1349:m"],
  ["T", "3hk:2f 132k:1c"],
];

const hangulSyllables = { first: 0xac00, last: 0xd7a3, perVowel: 28 };
const ranges = unpack();

/** Splits a text into grapheme clusters; their concatenation is the text. CR and LF stay apart, as in Twilio's calculator. */
export function graphemes(text: string): string[] {
  const clusters: string[] = [];
  let start = 0;
  let cluster: Cluster | null = null;
  for (let at = 0; at < text.length; ) {
    const codePoint = text.codePointAt(at) ?? 0;
    const next = propertyOf(codePoint);
    if (cluster && isBoundary(cluster, next)) {
      clusters.push(text.slice(start, at));
      start = at;
      cluster = null;
    }
    cluster = grown(cluster, next);
    at += codePoint > 0xffff ? 2 : 1;
  }
  if (cluster) clusters.push(text.slice(start));
  return clusters;
}

/** As much of a cluster's past as the rules ask for. */
type Cluster = {
  length: number;
  second: Property | null;
  beforeLast: Property | null;
  last: Property;
  hasExtend: boolean;
};

function grown(cluster: Cluster | null, next: Property): Cluster {
  const hasExtend = next === "extend";
  if (!cluster) return { length: 1, second: null, beforeLast: null, last: next, hasExtend };
  return {
    length: cluster.length + 1,
    second: cluster.length === 1 ? next : cluster.second,
    beforeLast: cluster.last,
    last: next,
    hasExtend: cluster.hasExtend || hasExtend,
  };
}

/** GB3 to GB999 of UAX #29, in the order and with the departures of the calculator's own splitter (marked below). */
function isBoundary(cluster: Cluster, next: Property): boolean {
  const { last } = cluster;
  // Departure: once a mark follows a flag, the flag's cluster ends.
  if (cluster.second === "flag" && last !== "flag" && last !== "prepend") return true;
  if (last === "control" || next === "control") return true;
  if (last === "L" && (next === "L" || next === "V" || next === "LV" || next === "LVT")) return false;
  if ((last === "LV" || last === "V") && (next === "V" || next === "T")) return false;
  if ((last === "LVT" || last === "T") && next === "T") return false;
  if (next === "extend" || next === "joiner" || next === "spacing") return false;
  if (last === "prepend") return false;
  if (next === "modifier") return !takesModifier(cluster);
  if (last === "joiner" && (next === "glue" || next === "glueBase")) return false;
  return !(last === "flag" && next === "flag" && cluster.length === 1);
}

/** Departure: at most one mark may stand between a base and its skin tone, and none earlier in the cluster. */
function takesModifier(cluster: Cluster): boolean {
  const base = cluster.hasExtend ? cluster.last === "extend" && cluster.beforeLast : cluster.last;
  return base === "base" || base === "glueBase";
}

function propertyOf(codePoint: number): Property {
  if (codePoint >= hangulSyllables.first && codePoint <= hangulSyllables.last) {
    return (codePoint - hangulSyllables.first) % hangulSyllables.perVowel === 0 ? "LV" : "LVT";
  }
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.last ?? 0) < codePoint) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  return range && range.first <= codePoint ? range.property : "other";
}

function unpack(): { first: number; last: number; property: Property }[] {
  const unpacked = packedRanges.flatMap(([property, packed]) => {
    let at = 0;
    return packed.split(" ").map((range) => {
      const [gap = "", extra = "0"] = range.split(":");
      const first = at + Number.parseInt(gap, 36);
      at = first + Number.parseInt(extra, 36);
      return { first, last: at, property };
    });
  });
  return unpacked.sort((a, b) => a.first - b.first);
}
