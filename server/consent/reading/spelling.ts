/** What a misspelt word was meant to be: long-drawn, run together, with digits for letters, or one slip away. */

const DIGITS: Readonly<Record<string, string>> = { "0": "O", "1": "I", "3": "E", "5": "S" };

/** STOPPPP is STOP, ST0P is STOP, STOPSTOPSTOP is STOP; every other word stays as it is. */
export function asMeant(word: string): string {
  let meant = word;
  if (/(.)\1\1/u.test(meant)) meant = meant.replace(/(.)\1{2,}/gu, "$1");
  if (/\d/.test(meant) && /^[A-Z]{3,}$/.test(meant.replace(/\d/g, "")))
    meant = meant.replace(/[0135]/g, (digit) => DIGITS[digit] ?? digit);
  return withoutRepetition(meant);
}

function withoutRepetition(word: string): string {
  for (const length of [4, 3]) {
    const part = word.slice(0, length);
    if (word.length >= 2 * length && word.length % length === 0 && part.repeat(word.length / length) === word)
      return part;
  }
  return word;
}

/** Words that look like a slip of STOP, REMOVE or CANCEL and are not. */
const OTHER_WORDS = new Set([
  ...[
    "STEP",
    "SHOP",
    "SLOP",
    "STOW",
    "SWOP",
    "ATOP",
    "STOOP",
    "STOMP",
    "STROP",
    "ESTOP",
    "STOPS",
    "STOCK",
    "STUPE",
    "STOPE",
  ],
  ...[
    "REMOTE",
    "REMOVES",
    "REMOVED",
    "REMOVER",
    "CANCELS",
    "CANCELED",
    "CHANCEL",
    "STOPT",
    "STOUP",
    "STOP",
    "SOAP",
    "SLIP",
    "SKIP",
  ],
  ...["SHIP", "SNIP", "RESUBSCRIBE", "SUBSCRIBE", "TOP", "SOP", "STO", "STP"],
]);

const SLIPS: ReadonlyArray<readonly [keyword: string, most: number]> = [
  ["STOP", 1],
  ["QUIT", 0],
  ["REMOVE", 1],
  ["CANCEL", 1],
  ["OPTOUT", 1],
  ["STOPALL", 1],
  ["UNSUBSCRIBE", 2],
  ["DESABONNER", 1],
  ["DESINSCRIRE", 1],
  ["DESCADASTRAR", 1],
  ["ABMELDEN", 1],
];

/** The keyword that a word is a slip of: a letter wrong, missing, doubled, or two changed about; null for other words. */
export function slipOf(word: string): string | null {
  if (word.length < 4 || word.length > 13 || OTHER_WORDS.has(word)) return null;
  if (SLIPS.some(([keyword]) => keyword === word)) return null;
  for (const [keyword, most] of SLIPS) {
    // A slip leaves the first letter or the last.
    if (word[0] !== keyword[0] && word.at(-1) !== keyword.at(-1) && !isChangedAbout(word, keyword)) continue;
    if (Math.abs(word.length - keyword.length) > Math.max(most, 0)) continue;
    if (isChangedAbout(word, keyword) || (most > 0 && distance(word, keyword, most) <= most)) return keyword;
  }
  return null;
}

/** Whether two neighbouring letters are changed about. */
function isChangedAbout(word: string, keyword: string): boolean {
  if (word.length !== keyword.length || word === keyword) return false;
  let at = 0;
  while (word[at] === keyword[at]) at++;
  return word[at] === keyword[at + 1] && word[at + 1] === keyword[at] && word.slice(at + 2) === keyword.slice(at + 2);
}

/** Levenshtein's distance with changed-about letters as one slip; words are short, so the table is small. */
function distance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    if (Math.min(...row) > most) return most + 1;
    before = above;
    above = row;
  }
  return above[b.length] ?? most + 1;
}
