/** Which words of a text a search found, so that they can be marked; as PostgreSQL's `simple` search takes words. */

export interface Piece {
  text: string;
  match: boolean;
}

/** What is looked for: words and "whole phrases"; `-words` are left out, the last word may go on. */
export function wantedIn(q: string): RegExp | null {
  const parts = [...q.matchAll(/(-?)(?:"([^"]*)"?|(\S+))/g)].flatMap(([, minus, phrase, word]) => {
    const text = (phrase ?? word ?? "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    return minus || text === "" || (word !== undefined && /^or$/i.test(word)) ? [] : [text.split(" ")];
  });
  if (parts.length === 0) return null;
  const wanted = parts.map((words, at) => {
    const open = at === parts.length - 1 && !q.endsWith('"');
    return words.join("[^\\p{L}\\p{N}]+") + (open ? "[\\p{L}\\p{N}]*" : "");
  });
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${wanted.join("|")})(?![\\p{L}\\p{N}])`, "giu");
}

/** The text in pieces, those that match apart. Nothing in it is taken for markup. */
export function piecesOf(text: string, wanted: RegExp | null): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of wanted ? text.matchAll(wanted) : []) {
    if (found.index > at) pieces.push({ text: text.slice(at, found.index), match: false });
    pieces.push({ text: found[0], match: true });
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), match: false });
  return pieces;
}

const BEFORE = 24;

/** The text from shortly before its first match on, at the beginning of a word. */
export function fromFirstMatch(text: string, wanted: RegExp | null): string {
  const first = wanted ? text.search(wanted) : -1;
  if (first <= BEFORE) return text;
  const cut = text.indexOf(" ", first - BEFORE);
  return `… ${text.slice(cut < 0 || cut >= first ? first : cut + 1)}`;
}
