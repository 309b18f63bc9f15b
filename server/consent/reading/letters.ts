/** One form for each word, whatever its writer's phone made of it. */

/** UTF-16 code units: one character can become eighteen, and a text of one word must not. */
const LONGEST_WORD = 4096;

const unseen = /[\p{Cf}\p{Variation_Selector}]/gu;
/** Accents of Latin, Greek and Cyrillic, harakat and niqqud. Other scripts write vowels as marks, and those stay. */
const accents = /[[\p{Script=Inherited}\p{Script=Hebrew}]&&\p{M}]/gv;
const plain = /^[A-Za-z0-9]+$/;

/**
 * Upper case, no accents, no invisible characters, letters in circles and squares as letters, look-alikes as what they
 * imitate. Answers several words joined by spaces where one character stands for several (ﷺ), or "" for nothing.
 */
export function plainLetters(written: string): string {
  const word = written.slice(0, LONGEST_WORD);
  if (plain.test(word)) return word.toUpperCase();
  const letters = word
    .normalize("NFKC")
    .slice(0, LONGEST_WORD)
    .replace(negativeLetters, negativeLetter)
    .replace(unseen, "")
    .normalize("NFKD")
    .replace(accents, "")
    .normalize("NFC")
    .toUpperCase();
  return unmasked(letters);
}

/** 🅐 to 🅩 and 🅰 to 🆉, which Unicode's compatibility forms leave alone. */
const negativeLetters = /[\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}]/gu;

function negativeLetter(symbol: string): string {
  const code = symbol.codePointAt(0) ?? 0;
  return String.fromCharCode(0x41 + code - (code >= 0x1f170 ? 0x1f170 : 0x1f150));
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
  return plain.test(latin) ? latin : word;
}
