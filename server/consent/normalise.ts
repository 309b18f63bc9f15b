/** The one form in which whole messages and consent keywords are compared. */
import { ownWords, type Word } from "./reading/own-words.ts";

/**
 * Upper case, one space between words, no accents on Latin letters, no punctuation, symbols or emoji, look-alikes as the
 * letters they imitate, a repeated word once, spelled-out letters joined ("S.T.O.P."); without a mail signature, quoted
 * lines and the text that a reaction repeats (Liked “…”). Linear in the length of the text.
 */
export const normalise = (text: string): string => normalForm(ownWords(text));

export function normalForm(words: readonly Word[]): string {
  let form = "";
  let last = "";
  for (const { text } of words) {
    if (text === last && !isOneLetter(text)) continue; // "STOP STOP" is STOP
    form += form === "" || (isOneLetter(text) && isOneLetter(last)) ? text : ` ${text}`;
    last = text;
  }
  return form;
}

const isOneLetter = (word: string): boolean => /^.$/u.test(word);
