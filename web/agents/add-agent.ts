import type { Agent, KnowledgeBase } from "../../contract/agents.ts";
import type { Client } from "../api/client.ts";

/** An agent comes with a knowledge base of its own name: without one it could answer nothing. */
export async function addAgent(client: Client, name: string): Promise<Agent> {
  const base = await client.ask<KnowledgeBase>("/api/knowledge-bases", {
    method: "POST",
    body: { name: `What ${name} knows`.slice(0, 100) },
  });
  return client.ask<Agent>("/api/agents", { method: "POST", body: { name, knowledgeBaseIds: [base.id] } });
}
