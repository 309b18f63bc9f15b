/** What is typed on an agent's page, until it is saved: what is saved answers customers, so nothing is saved by itself. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Agent, AgentPatch } from "../../contract/agents.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";

interface Typed {
  name: string;
  instructions: string;
  /** Empty: it says nothing. */
  handoverText: string;
  /** In hundredths. */
  bound: number;
}

const LABELS = {
  name: "Name",
  instructions: "Instructions",
  confidenceBound: "Confidence it needs to answer",
  handoverText: "What it says when it hands over",
} as const;

/** What kept it from being saved, for whoever does not see the fields. */
export function sayNotSaved(error: Error): string {
  const errors = fieldErrors(error);
  const [wrong] = Object.entries(LABELS).filter(([field]) => errors[field]);
  return wrong ? `Not saved. ${wrong[1]}: ${errors[wrong[0]]}` : `Not saved: ${sentenceOf(error)}`;
}

type Unsaved = Partial<Pick<Agent, keyof typeof LABELS>>;

export interface AgentForm {
  typed: Typed;
  set(part: Partial<Typed>): void;
  /** What is typed and not saved; empty: nothing. */
  unsaved: Unsaved;
  isUnsaved: boolean;
  /** Saves what is typed. @throws Refused */
  save(): Promise<Agent>;
  saving: boolean;
  error: Error | null;
}

export function useChangeAgent({ id }: Agent) {
  const { client, cache } = useApi();
  return useMutation({
    mutationFn: (body: AgentPatch) => client.ask<Agent>(`/api/agents/${id}`, { method: "PATCH", body }),
    onSuccess(changed) {
      cache.setQueryData<Agent[]>(keys.agents, (all) => all?.map((each) => (each.id === changed.id ? changed : each)));
    },
  });
}

const typedOf = ({ name, instructions, handoverText, confidenceBound }: Agent): Typed => ({
  ...{ name, instructions, handoverText: handoverText ?? "", bound: Math.round(confidenceBound * 100) },
});

function unsavedOf(agent: Agent, typed: Typed): Unsaved {
  const saved = typedOf(agent);
  const [name, handoverText] = [typed.name.trim(), typed.handoverText.trim()];
  return {
    ...(name !== saved.name && { name }),
    ...(typed.instructions !== saved.instructions && { instructions: typed.instructions }),
    ...(handoverText !== saved.handoverText && { handoverText: handoverText || null }),
    ...(typed.bound !== saved.bound && { confidenceBound: typed.bound / 100 }),
  };
}

const notYetIn = (saved: Agent, touched: Partial<Typed>): Partial<Typed> => {
  const now = new Map<string, unknown>(Object.entries(typedOf(saved)));
  return Object.fromEntries(Object.entries(touched).filter(([field, value]) => value !== now.get(field)));
};

export function useAgentForm(agent: Agent): AgentForm {
  const change = useChangeAgent(agent);
  /** The fields alone that were touched: the others show what somebody else saves meanwhile. */
  const [touched, setTouched] = useState<Partial<Typed>>({});
  const typed = { ...typedOf(agent), ...touched };
  const unsaved = unsavedOf(agent, typed);
  return {
    ...{ typed, unsaved, isUnsaved: Object.keys(unsaved).length > 0 },
    ...{ saving: change.isPending, error: change.error },
    set: (part) => setTouched((before) => ({ ...before, ...part })),
    async save() {
      const saved = await change.mutateAsync(unsaved);
      setTouched((now) => (now === touched ? {} : notYetIn(saved, now))); // what was typed meanwhile is not saved yet
      return saved;
    },
  };
}
