/** Where things are on the channels page, and what its stories begin with. */
import type { Town } from "../support/town.ts";
import type { Desk } from "./at-the-desk.ts";

/** An agent to whom a number can be given. */
export async function hireClay({ api }: Town): Promise<void> {
  const base = await api.post("/api/knowledge-bases", { name: "Kiln times" });
  await api.post("/api/agents", { name: "Clay", knowledgeBaseIds: [base.body.id] });
}

export function channelsPage(desk: Desk) {
  const dialog = (name?: string) => desk.page.getByRole("dialog", name === undefined ? {} : { name });
  const table = () => desk.page.getByRole("table", { name: "Channels" });
  return {
    table,
    open: (path = "/account/channels") => desk.page.goto(`${desk.town.publicUrl}${path}`),
    wizard: () => dialog("Add a channel"),
    done: () => dialog("Connected"),
    row: (words: string) => table().getByRole("row").filter({ hasText: words }),
    press: (name: string) => dialog().getByRole("button", { name, exact: true }).click(),
    /** The channels as the API has them. */
    channels: async () => (await desk.town.api.get("/api/channels")).body.items ?? [],
  };
}
