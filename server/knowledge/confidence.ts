/** How sure a passage answers a question. */

/** A term of a question or of a pair's own question, as it is searched and weighed in the asked knowledge bases. */
export interface WeighedTerm {
  name: string;
  /** The searched forms of its words. */
  forms: readonly string[];
  /** Of those, the forms of the word that was typed. */
  typedForms: readonly string[];
  /** How much it tells: the rarer among the passages, the more. */
  weight: number;
  /** Whether it is one of the everyday senses rather than a word. */
  isSense: boolean;
  /** 1 as typed, less where it was taken for a misspelling of something else. */
  certainty: number;
  /** An aspect, such as the price: what an answer looks like that tells it. */
  shownBy: RegExp | null;
}

export interface Candidate {
  kind: "pair" | "text";
  /** The terms of a pair's question, or of a text's title and heading. */
  title: readonly WeighedTerm[];
  /** Those of the question's forms that the passage holds anywhere. */
  covered: ReadonlySet<string>;
  content: string;
}

/** What a term tells that stands in `holding` of `passages` passages: inverse document frequency, unseen ones most. */
export const weightOf = (holding: number, passages: number): number => Math.log(1 + passages / Math.max(holding, 0.5));

/** How far a term counts that only the pair's answer holds, not the question it belongs to. */
const IN_ANSWER = 0.75;
/** How far a sense or an aspect counts that a title does not name: one of its many words, or a price, stands there. */
const SHOWN = 0.6;
/** The share of a pair's confidence that rests on its own question being asked and not only touched. */
const ASKED_BACK = 0.3;
/** Matched weight at which a text is half believed: a word or two of a question stand in many a paragraph by chance. */
const HALF_BELIEVED = 1.2;

/**
 * From 0 to 1. `cover` is the share of the question's terms, by weight, that the passage speaks of; a term that no
 * passage holds (a name, a number, another trade's word) counts in full and is covered by none. A term that the title
 * holds counts 1, a word that only a pair's answer holds 0.75, a sense or an aspect that is shown by other words 0.6.
 *
 * - A pair: `cover * (0.7 + 0.3 * back)`, where `back` is the share of the pair's own question that was asked.
 * - A text: `cover * matched / (matched + 1.2)`, where `matched` is the covered weight itself, because a paragraph
 *   has no question to hold against it.
 */
export function confidenceOf(question: readonly WeighedTerm[], candidate: Candidate): number {
  const isIn = (term: WeighedTerm, terms: readonly WeighedTerm[]) =>
    terms.some((other) => other.name === term.name || other.forms.some((form) => term.forms.includes(form)));
  const sum = (terms: readonly WeighedTerm[], share: (term: WeighedTerm) => number) =>
    terms.reduce((total, term) => total + term.weight * share(term), 0);

  const held = (term: WeighedTerm): number => {
    if (isIn(term, candidate.title)) return 1;
    const isHeld = term.forms.some((form) => candidate.covered.has(form)) || term.shownBy?.test(candidate.content);
    if (!isHeld) return 0;
    if (term.isSense && !term.typedForms.some((form) => candidate.covered.has(form))) return SHOWN;
    return candidate.kind === "pair" ? IN_ANSWER : 1;
  };
  const matched = sum(question, (term) => held(term) * term.certainty);
  const cover = ratio(
    matched,
    sum(question, () => 1),
  );
  if (candidate.kind === "text") return cover * (matched / (matched + HALF_BELIEVED));
  const back = ratio(
    sum(candidate.title, (term) => (isIn(term, question) ? 1 : 0)),
    sum(candidate.title, () => 1),
  );
  return cover * (1 - ASKED_BACK + ASKED_BACK * back);
}

const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
