/** Reads what a question is about: its terms, without courtesies, with one name for words that mean the same. */
import { type EverydayWords, everydayWords } from "./everyday-words.ts";

export interface Term {
  /** The name of a sense, or the word itself. */
  name: string;
  /** The words by which a passage may speak of it. */
  words: readonly string[];
  /** The word as it stands in the text; empty for a phrase. */
  typed: string;
  /** Whether it is known from everyday words rather than as it was typed. */
  isSense: boolean;
  /** An aspect, such as the price: what an answer looks like that tells it. */
  shownBy: RegExp | null;
}

/** Lower case, no accents, letters and digits only. "I'm" is one word, "d'ouverture" two. */
export const wordsOf = (text: string): string[] =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/(?<![\p{L}\p{N}])(qu|[cdjlmnst])['’](?=\p{L}{2})/gu, "$1 ")
    .replace(/['’]/g, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

const longestPhrase = 5;

/** @param languages of the knowledge bases that are asked, such as ["en", "es"] */
export function termsOf(text: string, languages: readonly string[]): Term[] {
  const known = languages.map(lexiconOf);
  const words = wordsOf(text).map((word) => known.map((each) => each.spellings.get(word)).find(Boolean) ?? word);
  const terms = new Map<string, Term>();
  for (let at = 0; at < words.length; ) {
    let taken = 1;
    const word = words[at] ?? "";
    let term: Term | null = { name: word, words: [word], typed: word, isSense: false, shownBy: countIn(word) };
    for (let length = Math.min(longestPhrase, words.length - at); length > 0; length--) {
      const phrase = words.slice(at, at + length).join(" ");
      const sense = known.map((each) => each.senses.get(phrase)).find(Boolean);
      const isFiller = known.some((each) => each.filler.has(phrase));
      if (!sense && !isFiller) continue;
      taken = length;
      term = sense ? { ...sense, typed: length === 1 ? word : "" } : null;
      break;
    }
    if (term) terms.set(term.name, term);
    at += taken;
  }
  return [...terms.values()];
}

/** The names of a title's senses: a passage is found by them too, because "where" itself is a stop word. */
export const sensesOf = (title: string, language: string): string[] =>
  termsOf(title, [language]).flatMap((term) => (term.isSense ? [term.name] : []));

/** What a misspelt word may mean apart from the words of the passages. */
export function everydayTerms(languages: readonly string[]): { senses: Term[]; filler: string[] } {
  const lexicons = languages.map(lexiconOf);
  return {
    senses: lexicons.flatMap((each) => [...new Set(each.senses.values())]),
    filler: lexicons.flatMap((each) => [...each.filler]),
  };
}

/** A small number is an aspect too ("a class for 2"): it is shown by itself. */
const countIn = (word: string): RegExp | null => (/^\d{1,2}$/.test(word) ? new RegExp(`\\b${word}\\b`) : null);

interface Lexicon {
  spellings: ReadonlyMap<string, string>;
  filler: ReadonlySet<string>;
  senses: ReadonlyMap<string, Term>;
}

const lexicons = new Map(Object.entries(everydayWords).map(([language, each]) => [language, lexicon(each)]));
const lexiconOf = (language: string): Lexicon =>
  lexicons.get(language) ?? { spellings: new Map(), filler: new Set(), senses: new Map() };

function lexicon({ spellings, filler, senses, aspects }: EverydayWords): Lexicon {
  const all = [...senses.map((phrases) => ({ phrases, shownBy: null })), ...aspects];
  const named = all.flatMap(({ phrases, shownBy }) => {
    const name = `=${phrases[0]?.replaceAll(" ", "_")}`;
    const term = { name, words: phrases.filter((phrase) => !phrase.includes(" ")), typed: "", isSense: true, shownBy };
    // "giftcard" and "howmuch" are typed too.
    return phrases.flatMap((phrase) => [[phrase, term] as const, [phrase.replaceAll(" ", ""), term] as const]);
  });
  return { spellings: new Map(Object.entries(spellings)), filler: new Set(filler), senses: new Map(named) };
}
