/** Knowledge: what the business knows, kept as it was given and found again by what a customer asks. */
import type { z } from "zod";
import type { Actor } from "../../contract/accounts.ts";
import type {
  KnowledgeBase,
  KnowledgeSource,
  KnowledgeSourcePatch,
  NewKnowledgeBase,
  NewKnowledgeSource,
} from "../../contract/agents.ts";
import type { Id, KnowledgeBaseId } from "../../contract/ids.ts";
import { audit, changesBetween, type Deed } from "../accounts/accounts.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { invalid, notFound } from "../platform/errors.ts";
import { cutText } from "./cut-text.ts";
import { sensesOf } from "./question-terms.ts";
import {
  type BaseRow,
  deleteBase,
  deleteSource,
  findBase,
  findSource,
  insertBase,
  insertSource,
  lockBase,
  type SourceRow,
  updateBase,
  updateSource,
} from "./store.ts";

export { cutAtSentence } from "./cut-text.ts";
export { type FoundPassage, findPassages } from "./find-passages.ts";
export { wordsOf } from "./question-terms.ts";
export { type BaseRow, findBases } from "./store.ts";

export const baseJson = (row: BaseRow): KnowledgeBase => ({ ...row, createdAt: row.createdAt.toISOString() });
export const sourceJson = (row: SourceRow): KnowledgeSource => ({ ...row, createdAt: row.createdAt.toISOString() });

const missing = () => notFound("knowledge base");

export async function baseOf(view: View, id: KnowledgeBaseId): Promise<BaseRow> {
  const base = await findBase(view, id);
  if (!base) throw missing();
  return base;
}

/** Tells of a change and writes it down. What a source says may be long, and may name people: its kind has to do. */
async function changed(
  tx: Tx,
  { id, name }: Pick<BaseRow, "id" | "name">,
  by: Actor,
  deed: Pick<Deed, "verb" | "changes">,
): Promise<void> {
  await audit(tx, { ...deed, by, thing: { id, name } });
  await tx.emit({ type: "knowledge.changed", data: { knowledgeBaseId: id }, actor: by });
}

/** A source that came, changed or went. */
const ofSource = (before: string | null, after: string | null): Pick<Deed, "verb" | "changes"> => ({
  verb: "knowledge.changed",
  changes: [{ field: "source", values: { before, after } }],
});

export async function createBase(tx: Tx, draft: z.output<typeof NewKnowledgeBase>, by: Actor): Promise<BaseRow> {
  const base = await insertBase(tx, draft);
  const changes = changesBetween({}, { name: base.name, language: base.language }, ["name", "language"]);
  await changed(tx, base, by, { verb: "knowledge.created", changes });
  return base;
}

export async function renameBase(tx: Tx, id: KnowledgeBaseId, name: string | undefined, by: Actor): Promise<BaseRow> {
  const before = await baseOf(tx, id);
  if (name === undefined) return before;
  const base = await updateBase(tx, id, name);
  if (!base) throw missing();
  const changes = changesBetween({ name: before.name }, { name }, ["name"]);
  await changed(tx, before, by, { verb: "knowledge.changed", changes });
  return base;
}

/** With all its sources; agents that used it answer without it from now on. */
export async function removeBase(tx: Tx, id: KnowledgeBaseId, by: Actor): Promise<void> {
  const base = await baseOf(tx, id);
  if (!(await deleteBase(tx, id))) throw missing();
  await changed(tx, base, by, { verb: "knowledge.deleted" });
}

/** A pair is one passage, asked by its question; a text is cut into passages. */
export async function addSource(
  tx: Tx,
  baseId: KnowledgeBaseId,
  given: NewKnowledgeSource,
  by: Actor,
): Promise<SourceRow> {
  const base = await lockBase(tx, baseId);
  if (!base) throw missing();
  const source =
    given.kind === "pair"
      ? { kind: given.kind, title: given.question, content: given.answer }
      : { kind: given.kind, title: given.title, content: given.content };
  const row = await insertSource(tx, base, source, passagesOf(source, base));
  await changed(tx, base, by, ofSource(null, row.kind));
  return row;
}

/** Other words for a source; it is searched by them at once, and stays where it stands. */
export async function changeSource(
  tx: Tx,
  baseId: KnowledgeBaseId,
  id: Id<"src">,
  patch: z.output<typeof KnowledgeSourcePatch>,
  by: Actor,
): Promise<SourceRow> {
  const base = await lockBase(tx, baseId);
  if (!base) throw missing();
  const before = await findSource(tx, baseId, id);
  if (!before) throw notFound("knowledge source");
  const isPair = before.kind === "pair";
  const foreign = (isPair ? (["title", "content"] as const) : (["question", "answer"] as const)).find(
    (field) => patch[field] !== undefined,
  );
  if (foreign) {
    const has = isPair ? "A question with its answer has question and answer" : "A text has title and content";
    throw invalid("source_kind_mismatch", `${has}: leave out ${foreign}.`, foreign);
  }
  const source = {
    ...before,
    title: (isPair ? patch.question : patch.title) ?? before.title,
    content: (isPair ? patch.answer : patch.content) ?? before.content,
  };
  if (source.title === before.title && source.content === before.content) return before;
  const row = await updateSource(tx, base, source, passagesOf(source, base));
  const changes = changesBetween({ source: before }, { source }, []);
  await changed(tx, base, by, { verb: "knowledge.changed", changes });
  return row;
}

function passagesOf(source: Pick<SourceRow, "kind" | "title" | "content">, { language }: BaseRow) {
  const pieces = source.kind === "pair" ? [source] : cutText(source.title, source.content);
  return pieces.map(({ title, content }) => ({ title, content, senses: sensesOf(title, language) }));
}

export async function removeSource(tx: Tx, baseId: KnowledgeBaseId, id: Id<"src">, by: Actor): Promise<void> {
  const base = await lockBase(tx, baseId);
  if (!base) throw missing();
  const source = await findSource(tx, baseId, id);
  if (!source || !(await deleteSource(tx, baseId, id))) throw notFound("knowledge source");
  await changed(tx, base, by, ofSource(source.kind, null));
}
