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
    .replace(/^(#{1,6}\s.*)$/gm, "\n$1\n")
    .split(/\n\s*\n/)
    .map((each) => each.trim())
    .filter(Boolean);
  return paragraphs.map((paragraph, at) => {
    const marked = /^#{1,6}\s+(.+?)\s*#*$/.exec(paragraph)?.[1];
    if (marked) return { heading: true, text: marked };
    const bare = at < paragraphs.length - 1 && /^[^\n]{1,60}[^\n.!?,;:…]$/u.test(paragraph) && countWords(paragraph) <= 8;
    return { heading: bare, text: paragraph };
  });
}

export function sentencesOf(text: string): string[] {
  const segments = new Intl.Segmenter("en", { granularity: "sentence" }).segment(text);
  return Array.from(segments, ({ segment }) => segment.trim()).filter(Boolean);
}

function splitLong(paragraph: string): string[] {
  const parts: string[] = [];
  let held = "";
  for (const sentence of sentencesOf(paragraph).flatMap((each) => (fits(each) ? [each] : splitSentence(each)))) {
    const longer = held ? `${held} ${sentence}` : sentence;
    if (held && !fits(longer)) {
      parts.push(held);
      held = sentence;
    } else {
      held = longer;
    }
  }
  return held ? [...parts, held] : parts;
}

function splitSentence(sentence: string): string[] {
  const parts: string[] = [];
  let held = "";
  for (const word of sentence.split(/\s+/).flatMap((each) => each.match(/.{1,800}/gsu) ?? [])) {
    const longer = held ? `${held} ${word}` : word;
    if (held && !fits(longer)) {
      parts.push(held);
      held = word;
    } else {
      held = longer;
    }
  }
  return held ? [...parts, held] : parts;
}

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
  return `${room.slice(0, room.search(/\s\S*$/) >>> 0).trimEnd()}...`;
}
