/** Language models: the ones a workspace has set up, behind one port. */
import type { z } from "zod";
import type { Actor } from "../../contract/accounts.ts";
import type { LanguageModel, NewLanguageModel } from "../../contract/agents.ts";
import type { LanguageModelId } from "../../contract/ids.ts";
import { audit, changesBetween } from "../accounts/accounts.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { conflict, invalid, notFound } from "../platform/errors.ts";
import type { SealedColumn, Secrets } from "../platform/secrets.ts";
import type { AnsweringModel } from "./answering-model.ts";
import { openAiCompatible } from "./openai-compatible.ts";
import { deleteModel, findModel, insertModel, isStillUsed, type ModelRow } from "./store.ts";

export type { AnsweringModel, ModelAnswer } from "./answering-model.ts";

export const sealedModelKeys: SealedColumn = {
  table: "language_models",
  column: "api_key_envelope",
  key: ["workspace_id", "id"],
  tenant: "workspace_id",
  field: "api_key",
  ifLost: "empty",
};
const placeOf = (view: View) => ({
  tenant: view.workspaceId,
  table: sealedModelKeys.table,
  field: sealedModelKeys.field,
});

export function modelJson({ apiKeyEnvelope, createdAt, ...row }: ModelRow): LanguageModel {
  return { ...row, hasKey: apiKeyEnvelope !== null, createdAt: createdAt.toISOString() };
}

export async function addModel(
  tx: Tx,
  secrets: Secrets,
  { apiKey, ...draft }: z.output<typeof NewLanguageModel>,
  by: Actor,
): Promise<ModelRow> {
  const url = new URL(draft.baseUrl);
  if (url.username || url.password || url.search)
    throw invalid(
      "base_url_holds_secrets",
      "The base URL is shown to everyone here: leave out user, password and query, and give the key as apiKey.",
      "baseUrl",
    );
  const apiKeyEnvelope = apiKey === undefined ? null : secrets.seal(apiKey, placeOf(tx));
  const row = await insertModel(tx, { ...draft, baseUrl: draft.baseUrl.replace(/\/+$/, ""), apiKeyEnvelope });
  const { id, name, provider, baseUrl, model } = row;
  const changes = changesBetween({}, { provider, baseUrl, model, apiKey }, ["provider", "baseUrl", "model"]);
  await audit(tx, { by, verb: "model.added", thing: { id, name }, changes });
  return row;
}

export async function removeModel(tx: Tx, id: LanguageModelId, by: Actor): Promise<void> {
  const gone = await deleteModel(tx, id).catch((error) => {
    if (!isStillUsed(error)) throw error;
    throw conflict("model_in_use", "An agent answers with this model. Choose another one for it first.");
  });
  if (!gone) throw notFound("language model");
  await audit(tx, { by, verb: "model.removed", thing: { id, name: gone.name } });
}

export const modelExists = async (view: View, id: LanguageModelId): Promise<boolean> =>
  (await findModel(view, id)) !== null;

/** The model ready to answer; null where it is gone. */
export async function openModel(view: View, secrets: Secrets, id: LanguageModelId): Promise<AnsweringModel | null> {
  const row = await findModel(view, id);
  if (!row) return null;
  const { baseUrl, model, apiKeyEnvelope } = row;
  return openAiCompatible({ baseUrl, model, apiKey: apiKeyEnvelope && secrets.open(apiKeyEnvelope, placeOf(view)) });
}
