/** Publishing an agent, and what its versions are called. */
import { useMutation, useQuery } from "@tanstack/react-query";
import type { Agent, AgentVersion, PublishAgent } from "../../contract/agents.ts";
import type { Environment } from "../../contract/channels.ts";
import { keys } from "../api/keys.ts";
import { useApi } from "../shell/desk-api.ts";
import { ENVIRONMENT_NAMES } from "../shell/words.ts";
import { useToast } from "../ui/toast.tsx";

/** What an environment runs, what it could, and changing it. */
export function usePublishing(agent: Agent, environment: Environment, done: () => void) {
  const { queries } = useApi();
  const versions = useQuery(queries.agentVersions(agent.id));
  const version = agent.published.find((each) => each.environment === environment)?.version;
  return {
    name: ENVIRONMENT_NAMES[environment],
    versions,
    version,
    running: versions.data?.find((each) => each.version === version),
    publish: usePublish(agent, done),
  };
}

function usePublish(agent: Agent, done: () => void) {
  const { client, cache } = useApi();
  const say = useToast();
  return useMutation({
    mutationFn: ({ body }: { body: PublishAgent; said(changed: Agent): string }) =>
      client.ask<Agent>(`/api/agents/${agent.id}/publish`, { method: "POST", body }),
    onSuccess(changed, { said }) {
      cache.setQueryData<Agent[]>(keys.agents, (all) => all?.map((each) => (each.id === changed.id ? changed : each)));
      void cache.invalidateQueries({ queryKey: keys.agentVersions(agent.id) });
      void cache.invalidateQueries({ queryKey: keys.channels });
      say(said(changed));
      done();
    },
  });
}

type Settings = Pick<
  AgentVersion,
  "instructions" | "knowledgeBaseIds" | "modelId" | "confidenceBound" | "handoverText"
>;

const WORDS: Record<keyof Settings, string> = {
  instructions: "the instructions",
  confidenceBound: "the confidence it needs",
  handoverText: "what it says when it hands over",
  knowledgeBaseIds: "which knowledge bases it uses",
  modelId: "its language model",
};

/** In what two versions differ: "the instructions and its language model". */
export function sayDifferences(one: Settings, other: Settings): string {
  const fields = Object.keys(WORDS) as Array<keyof Settings>;
  const different = fields.filter((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]));
  return list.format(different.map((field) => WORDS[field]));
}

const list = new Intl.ListFormat("en", { type: "conjunction" });
