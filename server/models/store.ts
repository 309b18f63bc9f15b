/** The models room's table. */
import type { LanguageModelId } from "../../contract/ids.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { violates } from "../platform/db/pool.ts";

export interface ModelRow {
  id: LanguageModelId;
  name: string;
  provider: "openai-compatible";
  baseUrl: string;
  model: string;
  apiKeyEnvelope: string | null;
  createdAt: Date;
}

const MODEL = `id, name, provider, base_url as "baseUrl", model, api_key_envelope as "apiKeyEnvelope", created_at as "createdAt"`;

export const listModels = (view: View) =>
  view.rows<ModelRow>(`select ${MODEL} from language_models where workspace_id = $1 order by id`, [view.workspaceId]);

export const findModel = (view: View, id: LanguageModelId) =>
  view.maybe<ModelRow>(`select ${MODEL} from language_models where workspace_id = $1 and id = $2`, [
    view.workspaceId,
    id,
  ]);

export const insertModel = (tx: Tx, row: Omit<ModelRow, "id" | "createdAt">) =>
  tx.one<ModelRow>(
    `insert into language_models (workspace_id, id, name, provider, base_url, model, api_key_envelope, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${MODEL}`,
    [tx.workspaceId, tx.id("mdl"), row.name, row.provider, row.baseUrl, row.model, row.apiKeyEnvelope, tx.now],
  );

export const deleteModel = (tx: Tx, id: LanguageModelId) =>
  tx.maybe<{ name: string }>("delete from language_models where workspace_id = $1 and id = $2 returning name", [
    tx.workspaceId,
    id,
  ]);

/** Whether a deletion failed because an agent answers with the model. */
export const isStillUsed = (error: unknown): boolean =>
  violates(error, "agents_model") || violates(error, "agent_publications_model");
