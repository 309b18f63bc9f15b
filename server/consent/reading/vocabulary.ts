/** Languages' words in the form in which they are looked up: a tree of words for each language. */
import type { Language } from "../keywords.ts";
import { german } from "./lexicon/de.ts";
import { english } from "./lexicon/en.ts";
import { spanish } from "./lexicon/es.ts";
import { french } from "./lexicon/fr.ts";
import { hebrew } from "./lexicon/he.ts";
import { italian } from "./lexicon/it.ts";
import type { Lexicon, WordClass } from "./lexicon/lexicon.ts";
import { dutch } from "./lexicon/nl.ts";
import { portuguese } from "./lexicon/pt.ts";
import { russian } from "./lexicon/ru.ts";
import { ownWords } from "./own-words.ts";

/** What a phrase says by itself, besides what its words do in a sentence. */
export type Phrase = "idiom" | "alone" | "soft" | "softAlone" | "and";
export type Meaning = ReadonlySet<WordClass>;

interface Node {
  next: Map<string, Node>;
  means: Set<WordClass>;
  says: Set<Phrase>;
}

export interface Vocabulary {
  language: Language;
  verbFirst: boolean;
  root: Node;
  /** Words without which nothing in this language can be a wish to be left in peace. */
  signs: ReadonlySet<string>;
  pairs: ReadonlyArray<{ first: string; second: readonly string[]; means: WordClass }>;
}

const fresh = (): Node => ({ next: new Map(), means: new Set(), says: new Set() });

/** What a rule of the grammar needs one of. */
const TELLING: ReadonlySet<WordClass> = new Set<WordClass>([
  ...(["stop", "weak", "text", "send", "call", "messages", "offers", "remove", "list"] as const),
  ...(["number", "out", "wrong", "consent", "want"] as const),
]);

function plant(root: Node, signs: Set<string>, phrases: string, give: WordClass | { says: Phrase }): void {
  for (const phrase of phrases.split(",")) {
    const words = ownWords(phrase).map((word) => word.text);
    let node = root;
    for (const word of words) {
      const next = node.next.get(word) ?? fresh();
      node.next.set(word, next);
      node = next;
    }
    if (words.length === 0) continue;
    if (typeof give === "string") node.means.add(give);
    else node.says.add(give.says);
    // The longest word of a phrase is the rarest.
    const telling = typeof give === "string" ? TELLING.has(give) : give.says !== "and";
    if (telling) signs.add(words.reduce((a, b) => (b.length > a.length ? b : a)));
  }
}

function compile(lexicon: Lexicon): Vocabulary {
  const root = fresh();
  const signs = new Set<string>();
  for (const [name, phrases] of Object.entries(lexicon.words)) plant(root, signs, phrases, name as WordClass);
  for (const name of ["idiom", "alone", "soft", "softAlone", "and"] as const)
    plant(root, signs, lexicon[name], { says: name });
  const pairs = (lexicon.pairs ?? []).map(([first, second, means]) => ({
    first: first.toUpperCase(),
    second: ownWords(second).map((word) => word.text),
    means,
  }));
  return { language: lexicon.language, verbFirst: lexicon.verbFirst ?? false, root, signs, pairs };
}

export const vocabularies: readonly Vocabulary[] = [
  ...[english, spanish, french, portuguese, german, italian, dutch, russian, hebrew].map(compile),
];
