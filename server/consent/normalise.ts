/** The one form in which messages and consent keywords are compared. */

/** UTF-16 code units; more than any channel carries in one message. What lies beyond is not read. */
const longestText = 4096;

/**
 * Upper case, one space between words, no accents on Latin letters, no punctuation, symbols or emoji, look-alikes as the
 * letters they imitate, a repeated word once, spelled-out letters joined ("S.T.O.P."); without a mail signature, quoted
 * lines and the text that a reaction repeats (Liked “…”). Linear in the length of the text.
 */
export function normalise(text: string): string {
  const lines = withoutReaction(plainLetters(text)).split(lineBreak);
  const own = wordsIn(ownLines(lines).join(" "));
  // A message of quoted lines only ("> STOP") quotes nothing: somebody typed the sign.
  const words = own.length > 0 ? own : wordsIn(lines.join(" "));
  return joinSpelledOut(withoutRepeats(words.map(unmasked))).join(" ");
}

const lineBreak = /\r\n|[\n\r\u0085\u2028\u2029]/u;
const unseen = /[\p{Cf}\p{Variation_Selector}]/gu;
/** Accents of Latin, Greek and Cyrillic, harakat and niqqud. Other scripts write vowels as marks, and those stay. */
const accents = /[[\p{Script=Inherited}\p{Script=Hebrew}]&&\p{M}]/gv;

function plainLetters(text: string): string {
  return text
    .slice(0, longestText)
    .normalize("NFKC")
    .slice(0, longestText) // one character can become eighteen
    .replace(negativeLetters, negativeLetter)
    .replace(unseen, "")
    .normalize("NFKD")
    .replace(accents, "")
    .normalize("NFC")
    .toUpperCase();
}

/** 🅐 to 🅩 and 🅰 to 🆉, which Unicode's compatibility forms leave alone. */
const negativeLetters = /[\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}]/gu;

function negativeLetter(symbol: string): string {
  const code = symbol.codePointAt(0) ?? 0;
  return String.fromCharCode(0x41 + code - (code >= 0x1f170 ? 0x1f170 : 0x1f150));
}

const betweenWords = /[^\p{L}\p{N}\p{M}]+/u;

function wordsIn(text: string): string[] {
  return text.split(betweenWords).filter((word) => word !== "");
}

const reaction = /^\s*(LIKED|LOVED|DISLIKED|LAUGHED AT|EMPHASI[SZ]ED|QUESTIONED|REACTED \S+ TO)\s*["“”«]/u;

/** A reaction keeps its verb and what follows the quotation. */
function withoutReaction(text: string): string {
  const [opening, verb] = reaction.exec(text) ?? [];
  if (!opening) return text;
  const end = Math.max(text.lastIndexOf("”"), text.lastIndexOf('"'), text.lastIndexOf("»"));
  return end < opening.length ? `${verb}` : `${verb} ${text.slice(end + 1)}`;
}

const signatureStarts = ["SENT FROM MY ", "GET OUTLOOK FOR ", "ENVOYE DE MON ", "ENVIADO DESDE MI "];
const quoteHeaders: readonly (readonly [start: string, end: string])[] = [
  ["ON ", " WROTE"],
  ["LE ", " A ECRIT"],
  ["EL ", " ESCRIBIO"],
];

/** The lines that the person wrote, without what a mail program or a phone added. */
function ownLines(lines: readonly string[]): string[] {
  const end = lines.findIndex((line) => line.trim() === "--" || isAddedByMail(wordsIn(line).join(" ")));
  return (end < 0 ? lines : lines.slice(0, end)).filter((line) => !line.trimStart().startsWith(">"));
}

function isAddedByMail(words: string): boolean {
  return (
    words === "ORIGINAL MESSAGE" ||
    signatureStarts.some((start) => words.startsWith(start)) ||
    quoteHeaders.some(([start, end]) => words.startsWith(start) && words.endsWith(end))
  );
}

const imitations = { cyrillic: "АВЕЅІЈКМНОРСТУХԚԜҮ", greek: "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" };
const imitated = { cyrillic: "ABESIJKMHOPCTYXQWY", greek: "ABEZHIKMNOPTYX" };
const lookAlikes = new Map(
  (["cyrillic", "greek"] as const).flatMap((script) =>
    Array.from(imitations[script], (letter, at) => [letter, imitated[script].charAt(at)] as const),
  ),
);

/** A word whose every letter is Latin or looks it is read as Latin; a Russian or Greek word stays what it is. */
function unmasked(word: string): string {
  const latin = Array.from(word, (letter) => lookAlikes.get(letter) ?? letter).join("");
  return /^[A-Z0-9]+$/.test(latin) ? latin : word;
}

/** "STOP STOP" is STOP; single letters are left for `joinSpelledOut`, or "S T O P A L L" would lose one. */
function withoutRepeats(words: readonly string[]): string[] {
  return words.filter((word, at) => word !== words[at - 1] || isOneLetter(word));
}

function joinSpelledOut(words: readonly string[]): string[] {
  const joined: string[] = [];
  let spelled = "";
  for (const word of words) {
    if (isOneLetter(word)) {
      spelled += word;
      continue;
    }
    if (spelled) joined.push(spelled);
    spelled = "";
    joined.push(word);
  }
  if (spelled) joined.push(spelled);
  return joined;
}

function isOneLetter(word: string): boolean {
  return /^.$/u.test(word);
}
