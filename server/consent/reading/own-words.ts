/** The words that a person wrote themselves: without quoted lines, a signature, or what their phone repeats. */
import { plainLetters } from "./letters.ts";
import { OTHER_SPEAKERS, QUOTE_HEADERS, REACTIONS, SIGNATURES, SPEAKING } from "./quoting.ts";

export interface Word {
  /** In plain letters. */
  text: string;
  /** Where it stands in what was written, in UTF-16 code units. */
  start: number;
  end: number;
  /** A comma, a full stop, a line's end or the like stands before it. */
  pause: boolean;
  /** A question mark follows. */
  asks: boolean;
}

/** UTF-16 code units. Of what is longer than any channel carries, the beginning and the end are read. */
const LONGEST = 4096;
const BEGINNING = 3072;

/** Linear in the length of the text, and never more than for the longest text that is read. */
export function ownWords(text: string): Word[] {
  if (text.length <= LONGEST) return joinSpelledOut(wordsOf(text, 0));
  const tail = text.length - (LONGEST - BEGINNING);
  return joinSpelledOut([...wordsOf(text.slice(0, BEGINNING), 0), ...wordsOf(text.slice(tail), tail)]);
}

function wordsOf(text: string, offset: number): Word[] {
  const reaction = reactionIn(text);
  if (reaction)
    return [...scan(text.slice(0, reaction.from), offset), ...scan(text.slice(reaction.to), offset + reaction.to)];
  const lines = linesOf(text).map(([start, line]) => ({ line, words: scan(line, offset + start) }));
  const end = lines.findIndex(({ line, words }) => line.trim() === "--" || isAddedByMail(words));
  const kept = (end < 0 ? lines : lines.slice(0, end)).filter(({ line }) => !/^\s*>/.test(line));
  const own = kept.flatMap(({ words }) => words);
  // A message of quoted lines only ("> STOP") quotes nothing: somebody typed the sign.
  const words = own.length > 0 ? own : lines.flatMap((each) => each.words);
  return withoutQuotations(text, offset, words);
}

const LETTER =
  "\\p{L}\\p{N}\\p{M}\\p{Cf}\\p{Variation_Selector}\\u24b6-\\u24e9\\u{1f130}-\\u{1f149}\\u{1f150}-\\u{1f169}\\u{1f170}-\\u{1f189}";
/** A number sign by itself is a word: wrong #. */
const WORD = new RegExp(`[${LETTER}]+|#(?![${LETTER}])`, "gu");
const PAUSE = /[.,;:!?…()[\]{}<>"“”„«»|—–\n¿¡、。！？，；：「」『』]|\s-\s/u;
const ASKS = /[?？]/u;
const APOSTROPHE = /^['’ʼ`´]$/u;
/** What follows the apostrophe of an English contraction. */
const CONTRACTED = new Set(["T", "S", "RE", "LL", "VE", "D", "M"]);

/** One pass over the text: words, and whether a pause stands between them. */
function scan(text: string, offset: number): Word[] {
  const words: Word[] = [];
  let last = 0;
  let pending = true; // a line, and what follows a quotation, begins after a pause
  for (const { 0: written, index } of text.matchAll(WORD)) {
    const gap = text.slice(last, index);
    const before = words.at(-1);
    if (before && ASKS.test(gap)) before.asks = true;
    pending ||= PAUSE.test(gap);
    last = index + written.length;
    for (const each of plainLetters(written).split(" ")) {
      if (each === "") continue;
      if (before && APOSTROPHE.test(gap) && CONTRACTED.has(each)) {
        before.text += each;
        before.end = offset + last;
        continue;
      }
      words.push({ text: each, start: offset + index, end: offset + last, pause: pending, asks: false });
      pending = false;
    }
  }
  const before = words.at(-1);
  if (before && ASKS.test(text.slice(last))) before.asks = true;
  return words;
}

function linesOf(text: string): Array<[start: number, line: string]> {
  const lines: Array<[number, string]> = [];
  let start = 0;
  for (const { 0: end, index } of text.matchAll(/\r\n|[\n\r\u0085\u2028\u2029]/gu)) {
    lines.push([start, text.slice(start, index)]);
    start = index + end.length;
  }
  lines.push([start, text.slice(start)]);
  return lines;
}

const joined = (words: readonly Word[]): string => words.map((word) => word.text).join(" ");

function isAddedByMail(words: readonly Word[]): boolean {
  const line = joined(words);
  return (
    line === "ORIGINAL MESSAGE" ||
    SIGNATURES.some((start) => line.startsWith(start)) ||
    QUOTE_HEADERS.some(([start, end]) => line.startsWith(start) && line.endsWith(end))
  );
}

const OPENING = /["“”„«「『]/u;
const CLOSING = ["”", "“", '"', "»", "」", "』"];

/** Where the quotation of a reaction (Liked “…”) begins and ends; null for other texts. */
function reactionIn(text: string): { from: number; to: number } | null {
  const from = text.slice(0, 120).search(OPENING);
  if (from < 0) return null;
  const close = Math.max(...CLOSING.map((mark) => text.lastIndexOf(mark)));
  const to = close <= from ? text.length : close + 1;
  const lead = joined(scan(text.slice(0, from), 0));
  const tail = joined(scan(text.slice(to, to + 120), 0));
  const isReaction = REACTIONS.some(([before, after]) => lead === before && (after === "" || tail.startsWith(after)));
  return isReaction ? { from, to } : null;
}

/** Three quoted words are somebody else's, unless the writer says that they were the one who said so. */
function withoutQuotations(text: string, offset: number, words: Word[]): Word[] {
  const from = text.search(/["“„«]/u);
  const to = Math.max(...CLOSING.map((mark) => text.lastIndexOf(mark)));
  if (from < 0 || to <= from) return words;
  const inside = words.filter((word) => word.start > offset + from && word.end <= offset + to);
  const speaker = words.filter((word) => word.end <= offset + from).slice(-3);
  if (
    inside.length < 3 ||
    inside.length === words.length ||
    (speaker.some((word) => SPEAKING.has(word.text)) && !speaker.some((word) => OTHER_SPEAKERS.has(word.text)))
  )
    return words;
  return words.filter((word) => word.start < offset + from || word.end > offset + to);
}

/** "S T O P" and "S.T.O.P." are one word. Fewer than three letters in a row are words of one letter. */
function joinSpelledOut(words: readonly Word[]): Word[] {
  const result: Word[] = [];
  for (let at = 0; at < words.length; ) {
    let end = at;
    while (end < words.length && isOneLetter(words[end]?.text ?? "")) end++;
    const [first, last] = [words[at], words[Math.max(end - 1, at)]];
    if (first && last && end - at >= 3) {
      const text = words
        .slice(at, end)
        .map((word) => word.text)
        .join("");
      result.push({ ...first, text, end: last.end, asks: last.asks });
      at = end;
    } else {
      result.push(...words.slice(at, Math.max(end, at + 1)));
      at = Math.max(end, at + 1);
    }
  }
  return result;
}

const isOneLetter = (word: string): boolean => /^\p{L}$/u.test(word);
