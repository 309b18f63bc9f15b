import { useMutation, useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import type { Activation } from "../../contract/activations.ts";
import type { Connection } from "../../contract/channels.ts";
import type { AgentId } from "../../contract/ids.ts";
import { usRegistration } from "../../contract/phone-number.ts";
import { addAgent } from "../agents/add-agent.ts";
import { Refused } from "../api/client.ts";
import { keys } from "../api/keys.ts";
import { codeOf, fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayMonthly, sayPhone } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { EnvironmentField } from "./environment-form.tsx";
import { GiveUpButton, isBeingBought } from "./give-up.tsx";
import { channelOfPurchase, PURCHASE_UNDER_WAY } from "./purchase.ts";
import { answering, WhoAnswers } from "./who-answers.tsx";
import { gotSoFar, type Wizard, type WizardDraft } from "./wizard-draft.ts";
import { useWorkspaceName } from "./workspace-name.ts";

/** The papers that were chosen are not good for it: others may be, or none are needed. */
const OF_THE_PAPERS = new Set(["request_not_approved", "request_of_other_account"]);

/** What is said of the number itself is mended where it was picked. */
const OF_THE_NUMBER = new Set([
  "number_not_on_account",
  "number_not_sms_capable",
  "number_already_connected",
  "webhook_in_use",
  "number_in_service",
  "number_connected_elsewhere",
  "number_gone",
  "number_already_owned",
  "address_needed",
  "bundle_needed",
  ...OF_THE_PAPERS,
]);

export function DestinationStep({
  wizard: { draft, set },
  accountId,
  refused,
  connected,
}: {
  wizard: Wizard;
  accountId: string;
  refused(sentence: string, change: Partial<WizardDraft>): void;
  connected(channelId: string): void;
}) {
  const { client, cache, queries } = useApi();
  const workspace = useWorkspaceName();
  const agents = useQuery(queries.agents());
  const bases = useQuery(queries.knowledgeBases());
  const soFar = gotSoFar(draft, accountId);
  const purchase = useQuery({ ...queries.activation(soFar.activationId ?? ""), enabled: soFar.activationId !== null });
  const { agent, newName, missing } = answering(draft, agents.data);
  const named = draft.friendlyName.trim() ? { friendlyName: draft.friendlyName.trim() } : {};
  const common = { ...named, providerAccountId: accountId, environment: draft.environment };

  /** Who is to answer; null: the team. An agent that is made is there to be chosen if what follows fails. */
  async function agentThatAnswers(): Promise<AgentId | null> {
    if (newName === null) return agent?.id ?? null;
    const { id } = await addAgent(client, newName);
    set({ agentId: id, newAgent: null });
    await Promise.all([keys.agents, keys.knowledgeBases].map((queryKey) => cache.invalidateQueries({ queryKey })));
    return id;
  }

  /** The channel of a number that is bought first: Parley goes on with it even if this page is closed. */
  async function buy(agentId: AgentId | null): Promise<string> {
    let id = soFar.activationId;
    if (id === null) {
      const papers = draft.requestId ? { smsRequestId: draft.requestId } : {};
      const body = { ...common, ...papers, ...(agentId && { agentId }), phoneNumber: draft.sender };
      id = (await client.ask<Activation>("/api/channels/sms/buy", { method: "POST", body })).id;
      set({ got: { ...soFar, activationId: id } });
    }
    try {
      return await channelOfPurchase({ cache, queries }, id);
    } catch (error) {
      // What was given up is begun anew; what is under way is not bought twice.
      if (error instanceof Refused && codeOf(error) !== PURCHASE_UNDER_WAY) set({ got: null });
      throw error;
    }
  }

  async function connectOwn(agentId: AgentId | null): Promise<string> {
    const sender = draft.sender.startsWith("MG")
      ? { messagingServiceSid: draft.sender }
      : { phoneNumber: draft.sender };
    const body = {
      ...common,
      ...(agentId && { agentId }),
      ...sender,
      ...(draft.replaceWebhook === null ? {} : { replaceWebhook: draft.replaceWebhook }),
    };
    return (await client.ask<Connection>("/api/channels/sms/connect", { method: "POST", body })).id;
  }

  const connect = useMutation({
    async mutationFn() {
      const get = async (): Promise<string> => {
        const agentId = await agentThatAnswers();
        return draft.bought ? buy(agentId) : connectOwn(agentId);
      };
      const id = soFar.channelId ?? (await get());
      set({ got: { ...soFar, channelId: id } }); // trying again goes on from here
      if (draft.compliance && usRegistration(draft.sender) === "10dlc")
        await client.ask<Connection>(`/api/channels/${id}/setup-status`, {
          method: "POST",
          body: { mutation: "set-sms-compliance", smsCompliance: draft.compliance },
        });
      await cache.invalidateQueries({ queryKey: keys.channels });
      return id;
    },
  });
  function refuse(error: Error): void {
    const code = codeOf(error) ?? "";
    if (!OF_THE_NUMBER.has(code)) return;
    const otherApp =
      error instanceof Refused && typeof error.problem.otherApp === "string" ? error.problem.otherApp : null;
    if (code === "webhook_in_use")
      refused("It is not connected yet: say first where its texts shall go.", { otherApp, replaceWebhook: null });
    else if (OF_THE_PAPERS.has(code)) {
      void cache.invalidateQueries({ queryKey: keys.smsRequests, exact: true });
      refused(sentenceOf(error), { requestId: null, sender: "", otherApp: null });
    } else refused(sentenceOf(error), { sender: "", otherApp: null });
  }
  /** After a purchase was given up; while it is waited for, that ends by itself. */
  function beginAnew(): void {
    if (connect.isPending) return;
    connect.reset();
    set({ got: null });
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Whoever went back meanwhile is not called away from what they pick there.
    if (!connect.isPending) connect.mutate(undefined, { onSuccess: connected, onError: refuse });
  };
  const waiting = draft.bought ? "Buying the number" : "Asking Twilio";
  const next = soFar.channelId
    ? "Finish"
    : soFar.activationId
      ? "Keep waiting"
      : draft.bought
        ? "Buy and connect"
        : "Connect";
  const errors = fieldErrors(connect.error);
  const known = bases.data?.filter(({ id }) => agent?.knowledgeBaseIds.includes(id)).map(({ name }) => name);
  const knows = agent
    ? bases.data && (known?.join(", ") || "None yet: until its agent has one, the team answers")
    : agents.data?.length === 0 &&
      (newName === null ? "None: the team answers" : "Its agent’s own, empty until you teach it");
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <dl className="grid grid-cols-[9rem_minmax(0,1fr)] items-baseline gap-y-2 text-md">
        <dt className="text-ink-3">{draft.bought ? "New number" : "Number"}</dt>
        <dd>
          <span className="inline-block max-w-full rounded-sm bg-sunken px-2 py-0.5 font-medium break-all tabular">
            {draft.sender.startsWith("MG") ? draft.sender : sayPhone(draft.sender)}
          </span>
        </dd>
        {draft.bought && draft.price && (
          <>
            <dt className="text-ink-3">Price</dt>
            <dd className="tabular">About {sayMonthly(draft.price)}, billed by Twilio</dd>
          </>
        )}
        <dt className="text-ink-3">Workspace</dt>
        <dd>{workspace}</dd>
        <dt className="text-ink-3">Knowledge base</dt>
        <dd>{knows || "As its agent has it"}</dd>
      </dl>
      <WhoAnswers wizard={{ draft, set }} errors={errors} />
      <Field label="Name of the channel" error={errors.friendlyName} help="What your team calls it. May be left empty.">
        {(field) => (
          <Input
            {...field}
            value={draft.friendlyName}
            onChange={(event) => set({ friendlyName: event.target.value })}
          />
        )}
      </Field>
      <EnvironmentField
        value={draft.environment}
        disabled={soFar.activationId !== null || soFar.channelId !== null}
        help="Live is what your customers meet. The others are for trying things out with numbers of their own."
        onChange={(environment) => set({ environment })}
      />
      {connect.isPending && purchase.data?.problem && (
        <p role="status" className="rounded-sm bg-warn-soft px-3 py-2 text-sm text-warn">
          {purchase.data.problem.message}
        </p>
      )}
      <FormProblem>
        {connect.isError && !errors.agentId && !errors.name && !errors.friendlyName ? sentenceOf(connect.error) : null}
      </FormProblem>
      <div className="flex gap-2">
        <Button className="mr-auto" onClick={() => set({ step: 3 })}>
          Back
        </Button>
        {purchase.data && isBeingBought(purchase.data) && <GiveUpButton purchase={purchase.data} done={beginAnew} />}
        <Button
          type="submit"
          look="primary"
          busy={connect.isPending}
          reason={!draft.sender ? "Pick a number first, in step 3." : missing}
        >
          {connect.isPending ? waiting : next}
        </Button>
      </div>
    </form>
  );
}
