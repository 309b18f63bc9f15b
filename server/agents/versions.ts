/** What an agent runs where: its saved settings are a draft, and a version made of them answers where it was published. */
import type { Actor } from "../../contract/accounts.ts";
import type { AgentVersion, PublishAgent } from "../../contract/agents.ts";
import type { Environment } from "../../contract/channels.ts";
import type { AgentId } from "../../contract/ids.ts";
import type { Page } from "../../contract/paging.ts";
import { audit, changesBetween } from "../accounts/accounts.ts";
import { modelExists } from "../models/models.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { invalid, notFound } from "../platform/errors.ts";
import { pageOfRows } from "../platform/page.ts";
import * as store from "./store.ts";

/** An agent as it answers in one environment; `version` null: as it is saved. */
export interface RunningAgent extends store.AgentRow {
  version: number | null;
}

type Settings = Pick<
  store.AgentRow,
  "instructions" | "knowledgeBaseIds" | "modelId" | "confidenceBound" | "handoverText"
>;

/** What a version holds fast. Name and switch are the agent's own: they hold everywhere, and at once. */
const settingsOf = ({
  instructions,
  knowledgeBaseIds,
  modelId,
  confidenceBound,
  handoverText,
}: Settings): Settings => ({
  ...{ instructions, knowledgeBaseIds, modelId, confidenceBound, handoverText },
});

const isSame = (one: Settings, other: Settings): boolean =>
  JSON.stringify(settingsOf(one)) === JSON.stringify(settingsOf(other));

/** The agent as it answers in an environment: by what is published there, else by what is saved. Null: there is none. */
export async function agentIn(view: View, id: AgentId, environment: Environment): Promise<RunningAgent | null> {
  const agent = await store.findAgent(view, id);
  if (!agent) return null;
  const there = (await store.listPublications(view, id)).find((each) => each.environment === environment);
  return there ? { ...agent, ...settingsOf(there), version: there.version } : { ...agent, version: null };
}

/** What is published of an agent, as the API shows it. */
export const publishedOf = (agent: store.AgentRow, publications: readonly store.PublicationRow[]) =>
  publications
    .filter((each) => each.agentId === agent.id)
    .map((each) => ({
      ...{ environment: each.environment, version: each.version, at: each.at.toISOString(), by: each.by },
      differs: !isSame(agent, each),
    }));

/**
 * Has a version answer in these environments from now on: a new one of what is saved, an earlier one, or (null) none, so that
 * they follow what is saved again.
 * @throws NotFound; Invalid version_not_found, model_not_found
 */
export async function publishAgent(
  tx: Tx,
  id: AgentId,
  { environments, version }: PublishAgent,
  by: Actor,
): Promise<store.AgentRow> {
  await store.lockAgent(tx, id);
  const agent = await store.findAgent(tx, id);
  if (!agent) throw notFound("agent");
  const there =
    version === null ? null : await (version === undefined ? ofDraft(tx, agent, by) : earlier(tx, id, version));
  const answering = there?.version ?? null;
  const before = new Map((await store.listPublications(tx, id)).map((each) => [each.environment, each.version]));
  const moved = [...new Set(environments)].filter((each) => (before.get(each) ?? null) !== answering);
  if (moved.length === 0) return agent; // it answers there already
  for (const environment of moved) {
    if (there) await store.putPublication(tx, id, environment, there, by);
    else await store.deletePublication(tx, id, environment);
  }
  const after = moved.map((environment) => [environment, answering]);
  const changes = changesBetween(Object.fromEntries(before), Object.fromEntries(after), moved);
  await audit(tx, { by, verb: "agent.published", thing: { id, name: agent.name }, changes });
  const told = { agentId: id, environments: moved, version: answering };
  await tx.emit({ type: "agent.published", data: told, actor: by });
  return agent;
}

/** A version that holds what is saved: the newest, where that is it, so that what was tried out goes live as what it was. */
async function ofDraft(tx: Tx, agent: store.AgentRow, by: Actor): Promise<store.VersionRow> {
  const [newest] = await store.listVersions(tx, agent.id, null, 1);
  if (newest && isSame(newest, agent)) return newest;
  const version = { ...settingsOf(agent), version: (newest?.version ?? 0) + 1, createdAt: tx.now, createdBy: by };
  await store.insertVersion(tx, agent.id, version);
  return version;
}

async function earlier(tx: Tx, id: AgentId, version: number): Promise<store.VersionRow> {
  const row = await store.findVersion(tx, id, version);
  if (!row) throw invalid("version_not_found", `This agent has no version ${version}.`, "version");
  if (row.modelId !== null && !(await modelExists(tx, row.modelId)))
    throw invalid(
      "model_not_found",
      `The language model of version ${version} was removed. Choose another one, save, and publish that.`,
      "version",
    );
  return row;
}

/** Newest first. */
export async function listVersions(
  view: View,
  id: AgentId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<AgentVersion>> {
  const rows = await store.listVersions(view, id, cursor === undefined ? null : Number(cursor), limit + 1);
  const publications = await store.listPublications(view, id);
  const versions = rows.map((row) => ({
    ...row,
    environments: publications.filter((each) => each.version === row.version).map((each) => each.environment),
    createdAt: row.createdAt.toISOString(),
  }));
  return pageOfRows(versions, limit, (last) => String(last.version));
}
