/** HTTP of the models room. */
import { z } from "zod";
import { LanguageModel, NewLanguageModel } from "../../contract/agents.ts";
import { idOf } from "../../contract/ids.ts";
import { pageOf, pagingById } from "../../contract/paging.ts";
import { type Route, reads, writes } from "../platform/http/route.ts";
import { pageOfAll } from "../platform/page.ts";
import type { Secrets } from "../platform/secrets.ts";
import { addModel, modelJson, removeModel } from "./models.ts";
import { listModels } from "./store.ts";

export function modelRoutes({ secrets }: { secrets: Secrets }): Route[] {
  return [
    reads({
      path: "/api/models",
      summary: "Language models that agents may answer with",
      permission: "agents.write",
      query: z.strictObject(pagingById("mdl")),
      answer: pageOf(LanguageModel),
      handle: async (view, { query }) => pageOfAll((await listModels(view)).map(modelJson), query),
    }),
    writes({
      method: "POST",
      path: "/api/models",
      summary: "Add a language model",
      permission: "agents.write",
      status: 201,
      body: NewLanguageModel,
      answer: LanguageModel,
      handle: async (tx, { body, caller }) => modelJson(await addModel(tx, secrets, body, caller.actor)),
    }),
    writes({
      method: "DELETE",
      path: "/api/models/:id",
      summary: "Remove a language model",
      permission: "agents.write",
      params: z.strictObject({ id: idOf("mdl") }),
      answer: null,
      async handle(tx, { params, caller }) {
        await removeModel(tx, params.id, caller.actor);
        return undefined;
      },
    }),
  ];
}
