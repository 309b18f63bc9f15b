/** The GSM 03.38 alphabet, and what may stand in for characters outside it. */

const basicAlphabet =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const extensionAlphabet = "\f^{}\\[~]|€";

const septetsByCodeUnit = new Map<number, 1 | 2>();
for (const character of basicAlphabet) septetsByCodeUnit.set(character.charCodeAt(0), 1);
for (const character of extensionAlphabet) septetsByCodeUnit.set(character.charCodeAt(0), 2);

/** 1 for the basic alphabet, 2 for the extension (an escape and a code), 0 for what GSM-7 can't write. */
export function septetsOf(codeUnit: number): 0 | 1 | 2 {
  return septetsByCodeUnit.get(codeUnit) ?? 0;
}

export function isGsm7(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!septetsByCodeUnit.has(text.charCodeAt(at))) return false;
  return true;
}

/**
 * Only what leaves the meaning as it was: punctuation, spaces, signs and ligatures. Letters with other accents are left to
 * the writer, because "está" and "esta" are two words; so are fractions, because "1½" would become "11/2".
 */
const substitutes: readonly (readonly [characters: string, substitute: string])[] = [
  ["“”„‟«»″‶〝〞ʺ˝❝❞", '"'],
  ["‘’‚‛‹›′‵ʹʻʼʽˈ´`ˊˋ❛❜", "'"],
  ["‐‑‒–—―−⁃﹘﹣•·‧", "-"],
  ["…", "..."],
  ["‥", ".."],
  ["‗", "_"],
  ["‼", "!!"],
  ["⁇", "??"],
  ["⁈", "?!"],
  ["⁉", "!?"],
  ["⁄∕÷", "/"],
  ["×", "x"],
  ["∗⁎✱", "*"],
  ["∣¦", "|"],
  ["∼˜", "~"],
  ["ˆ", "^"],
  ["→", "->"],
  ["←", "<-"],
  ["™", "(TM)"],
  ["©", "(C)"],
  ["®", "(R)"],
  ["№", "No."],
  ["ﬀ", "ff"],
  ["ﬁ", "fi"],
  ["ﬂ", "fl"],
  ["ﬃ", "ffi"],
  ["ﬄ", "ffl"],
  ["\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "],
  ["\u0085\u2028\u2029", "\n"],
  ["\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufe0e\ufe0f\ufeff", ""],
];

const substituteByCharacter = new Map(
  substitutes.flatMap(([characters, substitute]) => Array.from(characters, (character) => [character, substitute])),
);
/** U+FF01 to U+FF5E are the printable ASCII characters in full width. */
const fullWidth = { first: 0xff01, last: 0xff5e, toAscii: 0xff01 - 0x21 };

/** The GSM-7 text that can stand in for one character (a grapheme cluster); undefined where none keeps the meaning. */
export function gsm7SubstituteFor(character: string): string | undefined {
  let substitute = "";
  for (const part of character.normalize("NFC")) {
    const plain = fromFullWidth(part);
    const written = isGsm7(plain) ? plain : substituteByCharacter.get(plain);
    if (written === undefined) return undefined;
    substitute += written;
  }
  return substitute;
}

function fromFullWidth(character: string): string {
  const code = character.charCodeAt(0);
  const isFullWidth = code >= fullWidth.first && code <= fullWidth.last;
  return isFullWidth ? String.fromCharCode(code - fullWidth.toAscii) : character;
}
