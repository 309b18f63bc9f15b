/** Finds the passages that speak of what a customer asks, each with how sure it is the answer. */
import type { Id, KnowledgeBaseId } from "../../contract/ids.ts";
import type { View } from "../platform/db/handles.ts";
import { confidenceOf, type WeighedTerm, weightOf } from "./confidence.ts";
import { everydayTerms, type Term, termsOf } from "./question-terms.ts";
import { meant } from "./spelling.ts";
import { countPassages, findBases, searchedForms, searchPassages, similarWords } from "./store.ts";

export interface FoundPassage {
  passageId: Id<"psg">;
  sourceId: Id<"src">;
  kind: "pair" | "text";
  /** A pair's question, or a text's title and heading. */
  title: string;
  content: string;
  /** From 0 to 1, by the rule of confidence.ts: 0.5 and more is fit to be sent unseen. */
  confidence: number;
}

/** How many passages are weighed closely, those with the weightiest words first. */
const CANDIDATES = 40;
/** A smaller base is weighed as if it had this many passages: that its one passage holds a word makes it no common word. */
const FEWEST = 12;
/** An aspect tells less than the thing it is asked of. */
const ASPECT = 0.5;
/** How much a misspelt word counts as what it was taken for. */
const TAKEN_FOR = 0.8;

/**
 * The passages of these knowledge bases that speak of the question, the surest first. Greetings, courtesies and stop
 * words ask for nothing, so that a question of those alone finds nothing.
 */
export async function findPassages(
  view: View,
  knowledgeBaseIds: readonly KnowledgeBaseId[],
  question: string,
  limit: number,
): Promise<FoundPassage[]> {
  const bases = await findBases(view, knowledgeBaseIds);
  const scope: Scope = {
    view,
    baseIds: bases.map((base) => base.id),
    languages: [...new Set(bases.map((base) => base.language))],
    passages: 0,
  };
  scope.passages = Math.max((await countPassages(view, scope.baseIds)).count, FEWEST);
  const asked = await weighQuestion(scope, termsOf(question, scope.languages));
  const forms = asked.flatMap((term) => term.forms.map((form) => ({ form, weight: term.weight })));
  if (forms.length === 0) return [];

  const rows = await searchPassages(view, scope.baseIds, forms, CANDIDATES);
  const titleTerms = rows.map((row) => termsOf(row.title, scope.languages));
  const weigh = await weigher(scope, titleTerms.flat());
  return rows
    .map(({ id, covered, ...row }, at) => ({
      ...row,
      passageId: id,
      confidence: confidenceOf(asked, {
        kind: row.kind,
        title: (titleTerms[at] ?? []).flatMap((term) => weigh(term) ?? []),
        covered: new Set(covered),
        content: row.content,
      }),
    }))
    .sort((one, other) => other.confidence - one.confidence)
    .slice(0, limit);
}

interface Scope {
  view: View;
  baseIds: readonly KnowledgeBaseId[];
  languages: readonly string[];
  passages: number;
}

/** Looks up what terms are searched by; the answer weighs one, or is null for a stop word. */
async function weigher({ view, baseIds, languages, passages }: Scope, terms: readonly Term[]) {
  const words = [...new Set(terms.flatMap((term) => term.words))];
  const senses = [...new Set(terms.flatMap((term) => (term.isSense ? [term.name] : [])))];
  const known = new Map<string, Array<{ form: string; passages: number }>>();
  for (const { word, ...form } of await searchedForms(view, baseIds, languages, words, senses))
    known.set(word, [...(known.get(word) ?? []), form]);
  return (term: Term): (WeighedTerm & { holding: number }) | null => {
    const forms = [...term.words, term.name].flatMap((word) => known.get(word) ?? []);
    if (forms.length === 0) return null;
    const holding = Math.max(...forms.map((each) => each.passages));
    return {
      name: term.name,
      forms: [...new Set(forms.map((each) => each.form))],
      weight: weightOf(holding, passages) * (term.shownBy ? ASPECT : 1),
      typedForms: (known.get(term.typed) ?? []).map((each) => each.form),
      certainty: 1,
      shownBy: term.shownBy,
      holding,
      isSense: term.isSense,
    };
  };
}

/** Weighs a question's terms; a word that no passage holds is taken for the one it may be a misspelling of. */
async function weighQuestion(scope: Scope, terms: readonly Term[]): Promise<WeighedTerm[]> {
  const weigh = await weigher(scope, terms);
  const weighed = terms.flatMap((term) => weigh(term) ?? []);
  const unseen = weighed.filter((term) => term.holding === 0 && !term.isSense);
  if (unseen.length === 0) return weighed;

  const stems = unseen.flatMap((term) => term.forms.slice(0, 1));
  const similar = await similarWords(scope.view, scope.baseIds, stems);
  const everyday = everydayTerms(scope.languages);
  const weighSense = await weigher(scope, everyday.senses);
  return weighed.flatMap((term) => {
    const [stem] = term.forms;
    if (!stem || !unseen.includes(term)) return term;
    const best = meant([
      ...everyday.senses.flatMap((sense) => sense.words.map((word) => ({ typed: term.name, similar: word, sense }))),
      ...similar.filter((each) => each.typed === stem).map((each) => ({ ...each, sense: null })),
      ...everyday.filler.map((word) => ({ typed: term.name, similar: word, sense: "filler" as const })),
    ]);
    if (!best) return term;
    if (best.sense === "filler") return [];
    if (best.sense) return { ...(weighSense(best.sense) ?? term), certainty: TAKEN_FOR };
    const weight = weightOf(best.passages, scope.passages);
    return { ...term, forms: [best.similar], weight, certainty: TAKEN_FOR };
  });
}
