import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FormEvent } from "react";
import type { Activation } from "../../contract/activations.ts";
import type { Connection } from "../../contract/channels.ts";
import { Refused } from "../api/client.ts";
import { keys } from "../api/keys.ts";
import { codeOf, fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayPhone } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";
import { channelOfPurchase, PURCHASE_UNDER_WAY } from "./purchase.ts";
import type { Wizard, WizardDraft } from "./wizard-draft.ts";
import { useWorkspaceName } from "./workspace-name.ts";

/** What is said of the number itself is mended where it was picked. */
const OF_THE_NUMBER = new Set([
  "number_not_on_account",
  "number_not_sms_capable",
  "number_already_connected",
  "webhook_in_use",
  "number_gone",
  "number_already_owned",
  "address_needed",
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
  const purchase = useQuery({ ...queries.activation(draft.activationId ?? ""), enabled: draft.activationId !== null });
  const only = agents.data?.length === 1 ? agents.data[0]?.id : undefined;
  const agentId = draft.agentId ?? only ?? "";
  const agent = agents.data?.find((each) => each.id === agentId);
  const common = {
    ...(draft.friendlyName.trim() ? { friendlyName: draft.friendlyName.trim() } : {}),
    agentId,
    providerAccountId: accountId,
  };

  /** The channel of a number that is bought first: Parley goes on with it even if this page is closed. */
  async function buy(): Promise<string> {
    let id: string | null = draft.activationId;
    if (id === null) {
      const body = { ...common, phoneNumber: draft.sender };
      id = (await client.ask<Activation>("/api/channels/sms/buy", { method: "POST", body })).id;
      set({ activationId: id });
    }
    try {
      return await channelOfPurchase({ cache, queries }, id);
    } catch (error) {
      // What was given up is begun anew; what is under way is not bought twice.
      if (error instanceof Refused && codeOf(error) !== PURCHASE_UNDER_WAY) set({ activationId: null });
      throw error;
    }
  }

  async function connectOwn(): Promise<string> {
    const sender = draft.sender.startsWith("MG")
      ? { messagingServiceSid: draft.sender }
      : { phoneNumber: draft.sender };
    const body = {
      ...common,
      ...sender,
      ...(draft.replaceWebhook === null ? {} : { replaceWebhook: draft.replaceWebhook }),
    };
    return (await client.ask<Connection>("/api/channels/sms/connect", { method: "POST", body })).id;
  }

  const connect = useMutation({
    async mutationFn() {
      const id = draft.channelId ?? (await (draft.bought ? buy() : connectOwn()));
      set({ channelId: id }); // trying again goes on from here
      if (draft.compliance)
        await client.ask<Connection>(`/api/channels/${id}/setup-status`, {
          method: "POST",
          body: { mutation: "set-sms-compliance", smsCompliance: draft.compliance },
        });
      await cache.invalidateQueries({ queryKey: keys.channels });
      return id;
    },
    onSuccess: connected,
    onError(error) {
      const code = codeOf(error) ?? "";
      if (!OF_THE_NUMBER.has(code)) return;
      const otherApp =
        error instanceof Refused && typeof error.problem.otherApp === "string" ? error.problem.otherApp : null;
      refused(
        sentenceOf(error),
        code === "webhook_in_use" ? { otherApp, replaceWebhook: null } : { sender: "", otherApp: null },
      );
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!connect.isPending) connect.mutate();
  };
  const waiting = draft.bought ? "Buying the number" : "Asking Twilio";
  const errors = fieldErrors(connect.error);
  const known = bases.data?.filter(({ id }) => agent?.knowledgeBaseIds.includes(id)).map(({ name }) => name);
  const knows = agent && bases.data && (known?.join(", ") || "None yet: until its agent has one, the team answers");
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <dl className="grid grid-cols-[9rem_minmax(0,1fr)] items-center gap-y-2 text-md">
        <dt className="text-ink-3">{draft.bought ? "New number" : "Number"}</dt>
        <dd>
          <span className="inline-block max-w-full rounded-sm bg-sunken px-2 py-0.5 font-medium break-all tabular">
            {draft.sender.startsWith("MG") ? draft.sender : sayPhone(draft.sender)}
          </span>
        </dd>
        <dt className="text-ink-3">Workspace</dt>
        <dd>{workspace}</dd>
        <dt className="text-ink-3">Knowledge base</dt>
        <dd>{knows ?? "As its agent has it"}</dd>
      </dl>
      <Field
        label="Agent"
        error={errors.agentId}
        help="Answers its texts from its knowledge, and hands over to the team."
      >
        {(field) => (
          <Select
            {...field}
            value={agentId}
            placeholder="Choose an agent"
            onChange={(next) => set({ agentId: next })}
            choices={(agents.data ?? []).map((each) => ({ value: each.id, label: each.name }))}
          />
        )}
      </Field>
      {agents.data?.length === 0 && (
        <p className="text-md text-ink-2">
          There is no agent yet.{" "}
          <Link
            to="/agents"
            search={{ dialog: "new" }}
            className="font-medium text-accent underline underline-offset-2"
          >
            Add an agent
          </Link>{" "}
          and come back: what you typed here is kept.
        </p>
      )}
      <Field label="Name" error={errors.friendlyName} help="What your team calls it. May be left empty.">
        {(field) => (
          <Input
            {...field}
            value={draft.friendlyName}
            onChange={(event) => set({ friendlyName: event.target.value })}
          />
        )}
      </Field>
      {connect.isPending && purchase.data?.problem && (
        <p role="status" className="rounded-sm bg-warn-soft px-3 py-2 text-sm text-warn">
          {purchase.data.problem.message}
        </p>
      )}
      <FormProblem>
        {connect.isError && !errors.agentId && !errors.friendlyName ? sentenceOf(connect.error) : null}
      </FormProblem>
      <div className="flex justify-between gap-2">
        <Button onClick={() => set({ step: 3 })}>Back</Button>
        <Button
          type="submit"
          look="primary"
          busy={connect.isPending}
          reason={!draft.sender ? "Pick a number first, in step 3." : !agent ? "Choose an agent first." : null}
        >
          {connect.isPending
            ? waiting
            : draft.activationId
              ? "Keep waiting"
              : draft.bought
                ? "Buy and connect"
                : "Connect"}
        </Button>
      </div>
    </form>
  );
}
