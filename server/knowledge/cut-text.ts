/** Cuts a long text into passages, each about one thing and short enough to be an answer. */

export interface Piece {
  /** The text's title, and the heading that the piece stands under. */
  title: string;
  content: string;
}

const WORDS = 100;
/** For scripts that put no space between words. */
const CHARACTERS = 800;

/**
 * Pieces of about 100 words, cut at headings first, then between paragraphs, then between sentences, and within a
 * sentence only where it alone is too long. A heading is a line that begins with `#`, or a short line of its own that
 * ends without punctuation.
 */
export function cutText(title: string, text: string): Piece[] {
  const pieces: Piece[] = [];
  let heading = "";
  let held: string[] = [];

  const release = () => {
    const content = held.join("\n").trim();
    if (content) pieces.push({ title: heading ? `${title}: ${heading}` : title, content });
    held = [];
  };
  for (const block of blocksOf(text)) {
    if (block.heading) {
      release();
      heading = block.text;
      continue;
    }
    for (const part of fits(block.text) ? [block.text] : splitLong(block.text)) {
      if (held.length > 0 && !fits([...held, part].join("\n"))) release();
      held.push(part);
    }
  }
  release();
  return pieces;
}

const countWords = (text: string) => text.split(/\s+/).filter(Boolean).length;
const fits = (text: string) => text.length <= CHARACTERS && countWords(text) <= WORDS;

function blocksOf(text: string): { heading: boolean; text: string }[] {
  const paragraphs = text
    .replaceAll("\r\n", "\n")
    .replace(/^#{1,6}\s.*$/gm, "\n\n$&\n\n")
    .split(/\n\s*\n/)
    .map((each) => each.trim())
    .filter(Boolean);
  const isBare = (paragraph = "") => /^[^\n]{1,60}[^\n.!?,;:…]$/u.test(paragraph) && countWords(paragraph) <= 8;
  return paragraphs.map((paragraph, at) => {
    const marked = /^#{1,6}\s+(.+?)\s*#*$/.exec(paragraph)?.[1];
    if (marked) return { heading: true, text: marked };
    // Short lines that follow each other are a list, and the last one heads nothing.
    const next = paragraphs[at + 1];
    return { heading: isBare(paragraph) && next !== undefined && !isBare(next), text: paragraph };
  });
}

export function sentencesOf(text: string): string[] {
  const segments = new Intl.Segmenter("en", { granularity: "sentence" }).segment(text);
  return Array.from(segments, ({ segment }) => segment.trim()).filter(Boolean);
}

/** Joins parts as long as they fit together. */
function pack(parts: readonly string[]): string[] {
  const packs: string[] = [];
  for (const part of parts) {
    const longer = `${packs.at(-1) ?? ""} ${part}`.trim();
    if (packs.length > 0 && fits(longer)) packs[packs.length - 1] = longer;
    else packs.push(part);
  }
  return packs;
}

const splitSentence = (sentence: string): string[] =>
  pack(sentence.split(/\s+/).flatMap((word) => word.match(/.{1,800}/gsu) ?? []));

const splitLong = (paragraph: string): string[] =>
  pack(sentencesOf(paragraph).flatMap((each) => (fits(each) ? [each] : splitSentence(each))));

/** As many whole sentences as fit into `maxCharacters`; where not even one does, as many words, and an ellipsis. */
export function cutAtSentence(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  let kept = "";
  for (const sentence of sentencesOf(text)) {
    const longer = kept ? `${kept} ${sentence}` : sentence;
    if (longer.length > maxCharacters) break;
    kept = longer;
  }
  if (kept) return kept;
  const room = text.slice(0, maxCharacters - 3);
  const lastSpace = room.search(/\s\S*$/);
  return `${lastSpace > 0 ? room.slice(0, lastSpace) : room}...`;
}
