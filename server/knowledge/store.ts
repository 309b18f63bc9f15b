/** The knowledge room's tables. */
import type { KnowledgeBase } from "../../contract/agents.ts";
import type { Id, KnowledgeBaseId } from "../../contract/ids.ts";
import type { Tx, View } from "../platform/db/handles.ts";

export interface BaseRow {
  id: KnowledgeBaseId;
  name: string;
  language: KnowledgeBase["language"];
  createdAt: Date;
}

const BASE = `id, name, language, created_at as "createdAt"`;

export const listBases = (view: View) =>
  view.rows<BaseRow>(`select ${BASE} from knowledge_bases where workspace_id = $1 order by id`, [view.workspaceId]);

export const findBase = (view: View, id: KnowledgeBaseId) =>
  view.maybe<BaseRow>(`select ${BASE} from knowledge_bases where workspace_id = $1 and id = $2`, [
    view.workspaceId,
    id,
  ]);

/** Held to the end of the transaction: a base's words are counted by one writer at a time. */
export const lockBase = (tx: Tx, id: KnowledgeBaseId) =>
  tx.maybe<BaseRow>(`select ${BASE} from knowledge_bases where workspace_id = $1 and id = $2 for update`, [
    tx.workspaceId,
    id,
  ]);

export const findBases = (view: View, ids: readonly KnowledgeBaseId[]) =>
  view.rows<BaseRow>(`select ${BASE} from knowledge_bases where workspace_id = $1 and id = any($2)`, [
    view.workspaceId,
    ids,
  ]);

export const insertBase = (tx: Tx, { name, language }: Pick<BaseRow, "name" | "language">) =>
  tx.one<BaseRow>(
    `insert into knowledge_bases (workspace_id, id, name, language, created_at) values ($1, $2, $3, $4, $5) returning ${BASE}`,
    [tx.workspaceId, tx.id("kbs"), name, language, tx.now],
  );

export const updateBase = (tx: Tx, id: KnowledgeBaseId, name: string) =>
  tx.maybe<BaseRow>(`update knowledge_bases set name = $3 where workspace_id = $1 and id = $2 returning ${BASE}`, [
    tx.workspaceId,
    id,
    name,
  ]);

/** With its sources, passages and counts. */
export const deleteBase = (tx: Tx, id: KnowledgeBaseId) =>
  tx.maybe<{ id: KnowledgeBaseId }>("delete from knowledge_bases where workspace_id = $1 and id = $2 returning id", [
    tx.workspaceId,
    id,
  ]);

export interface SourceRow {
  id: Id<"src">;
  knowledgeBaseId: KnowledgeBaseId;
  kind: "pair" | "text";
  title: string;
  content: string;
  createdAt: Date;
}

const SOURCE = `id, knowledge_base_id as "knowledgeBaseId", kind, title, content, created_at as "createdAt"`;

/** In the order they were given, from behind `after`. */
export const listSources = (view: View, baseId: KnowledgeBaseId, after: string, limit: number) =>
  view.rows<SourceRow>(
    `select ${SOURCE} from knowledge_sources where workspace_id = $1 and knowledge_base_id = $2 and id > $3
      order by id limit $4`,
    [view.workspaceId, baseId, after, limit],
  );

interface PassageToIndex {
  title: string;
  content: string;
  senses: readonly string[];
}

/** Nobody changes it to the end of the transaction where the base is locked. */
export const findSource = (tx: Tx, baseId: KnowledgeBaseId, id: Id<"src">) =>
  tx.maybe<SourceRow>(
    `select ${SOURCE} from knowledge_sources where workspace_id = $1 and knowledge_base_id = $2 and id = $3`,
    [tx.workspaceId, baseId, id],
  );

/** Puts a source in with the passages it was cut into, and counts their words. The base must be locked. */
export async function insertSource(
  tx: Tx,
  base: BaseRow,
  source: Pick<SourceRow, "kind" | "title" | "content">,
  passages: readonly PassageToIndex[],
): Promise<SourceRow> {
  const row = await tx.one<SourceRow>(
    `insert into knowledge_sources (workspace_id, id, knowledge_base_id, kind, title, content, created_at)
       values ($1, $2, $3, $4, $5, $6, $7) returning ${SOURCE}`,
    [tx.workspaceId, tx.id("src"), base.id, source.kind, source.title, source.content, tx.now],
  );
  await putPassages(tx, base, row.id, passages);
  return row;
}

/** Other words of the same source: found by these from now on, and no longer by the former ones. The base must be locked. */
export async function updateSource(
  tx: Tx,
  base: BaseRow,
  source: Pick<SourceRow, "id" | "title" | "content">,
  passages: readonly PassageToIndex[],
): Promise<SourceRow> {
  await uncountWords(tx, base.id, source.id);
  await tx.rows("delete from passages where workspace_id = $1 and knowledge_base_id = $2 and source_id = $3", [
    tx.workspaceId,
    base.id,
    source.id,
  ]);
  const row = await tx.one<SourceRow>(
    `update knowledge_sources set title = $4, content = $5 where workspace_id = $1 and knowledge_base_id = $2 and id = $3
       returning ${SOURCE}`,
    [tx.workspaceId, base.id, source.id, source.title, source.content],
  );
  await putPassages(tx, base, row.id, passages);
  return row;
}

async function putPassages(
  tx: Tx,
  base: BaseRow,
  sourceId: Id<"src">,
  passages: readonly PassageToIndex[],
): Promise<void> {
  await tx.rows(
    `insert into passages (workspace_id, id, knowledge_base_id, source_id, title, content, words)
       select $1, p.id, $2, $3, p.title, p.content,
         setweight(search_words($4, p.title), 'A') || setweight(search_words($4, p.content), 'B')
           || array_to_tsvector(string_to_array(p.senses, ' ', ''))
         from unnest($5::text[], $6::text[], $7::text[], $8::text[]) p(id, title, content, senses)`,
    [
      tx.workspaceId,
      base.id,
      sourceId,
      base.language,
      passages.map(() => tx.id("psg")),
      passages.map((passage) => passage.title),
      passages.map((passage) => passage.content),
      passages.map((passage) => passage.senses.join(" ")),
    ],
  );
  await tx.rows(
    `insert into knowledge_words as k (workspace_id, knowledge_base_id, word, passages)
       select $1, $2, w.lexeme, count(*) from passages p cross join unnest(p.words) w
         where p.workspace_id = $1 and p.source_id = $3 group by w.lexeme
       on conflict (workspace_id, knowledge_base_id, word) do update set passages = k.passages + excluded.passages`,
    [tx.workspaceId, base.id, sourceId],
  );
}

/** Takes a source out with its passages and their counts. The base must be locked. */
export async function deleteSource(tx: Tx, baseId: KnowledgeBaseId, id: Id<"src">): Promise<boolean> {
  await uncountWords(tx, baseId, id);
  const gone = await tx.maybe(
    "delete from knowledge_sources where workspace_id = $1 and knowledge_base_id = $2 and id = $3 returning id",
    [tx.workspaceId, baseId, id],
  );
  return gone !== null;
}

async function uncountWords(tx: Tx, baseId: KnowledgeBaseId, id: Id<"src">): Promise<void> {
  await tx.rows(
    `update knowledge_words k set passages = k.passages - gone.passages
       from (select w.lexeme, count(*) as passages from passages p cross join unnest(p.words) w
         where p.workspace_id = $1 and p.knowledge_base_id = $2 and p.source_id = $3 group by w.lexeme) gone
       where k.workspace_id = $1 and k.knowledge_base_id = $2 and k.word = gone.lexeme`,
    [tx.workspaceId, baseId, id],
  );
  await tx.rows("delete from knowledge_words where workspace_id = $1 and knowledge_base_id = $2 and passages <= 0", [
    tx.workspaceId,
    baseId,
  ]);
}

export const countPassages = (view: View, baseIds: readonly KnowledgeBaseId[]) =>
  view.one<{ count: number }>(
    "select count(*) as count from passages where workspace_id = $1 and knowledge_base_id = any($2)",
    [view.workspaceId, baseIds],
  );

/** The searched forms of words (none for a stop word) and of senses' names, each with how many passages hold it. */
export const searchedForms = (
  view: View,
  baseIds: readonly KnowledgeBaseId[],
  languages: readonly string[],
  words: readonly string[],
  senses: readonly string[],
) =>
  view.rows<{ word: string; form: string; passages: number }>(
    `select f.word, f.form, coalesce(sum(k.passages), 0) as passages
       from (
         select w.word, x.form from unnest($3::text[]) w(word) cross join unnest($4::text[]) l(language)
           cross join lateral unnest(tsvector_to_array(search_words(l.language, w.word))) x(form)
         union select s, s from unnest($5::text[]) s) f
       left join knowledge_words k on k.workspace_id = $1 and k.knowledge_base_id = any($2) and k.word = f.form
       group by f.word, f.form`,
    [view.workspaceId, baseIds, words, languages, senses],
  );

/** The bases' words that look like one of these: the same first letter, about as long, some letters in common. */
export const similarWords = (view: View, baseIds: readonly KnowledgeBaseId[], words: readonly string[]) =>
  view.rows<{ typed: string; similar: string; passages: number }>(
    `select w.word as typed, k.word as similar, sum(k.passages) as passages
       from unnest($3::text[]) w(word) join knowledge_words k
         on k.workspace_id = $1 and k.knowledge_base_id = any($2) and left(k.word, 1) = left(w.word, 1)
           and abs(length(k.word) - length(w.word)) <= 2 and similarity(k.word, w.word) > 0.2
       group by w.word, k.word`,
    [view.workspaceId, baseIds, words],
  );

export interface FoundRow {
  id: Id<"psg">;
  sourceId: Id<"src">;
  kind: SourceRow["kind"];
  title: string;
  content: string;
  /** Which of the words asked for it holds. */
  covered: string[];
}

export const searchPassages = (
  view: View,
  baseIds: readonly KnowledgeBaseId[],
  forms: readonly { form: string; weight: number }[],
  limit: number,
) =>
  view.rows<FoundRow>(
    `select id, source_id as "sourceId", kind, title, content, covered from find_passages($1, $2, $3, $4, $5)`,
    [view.workspaceId, baseIds, forms.map((each) => each.form), forms.map((each) => each.weight), limit],
  );
