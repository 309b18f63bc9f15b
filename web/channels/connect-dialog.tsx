import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Connection } from "../../contract/channels.ts";
import { keys } from "../api/keys.ts";
import { codeOf, fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";
import { useToast } from "../ui/toast.tsx";

const NEW = "new";
const NONE = "none";

/** Which field a refusal of Twilio's speaks of, where the answer does not name one. */
const FIELD_OF: Record<string, string> = {
  credentials_rejected: "authToken",
  account_suspended: "accountSid",
  account_closed: "accountSid",
  account_connected_elsewhere: "accountSid",
  number_not_on_account: "sender",
  number_not_sms_capable: "sender",
  number_already_connected: "sender",
};

/** What the server calls the two forms of a sender is one field here. */
function errorsOf(error: unknown): Record<string, string> {
  const found = fieldErrors(error);
  const sender = found.phoneNumber ?? found.messagingServiceSid;
  const code = codeOf(error) ?? "";
  const field = FIELD_OF[code];
  return {
    ...found,
    ...(sender ? { sender } : {}),
    ...(field ? { [field]: sentenceOf(error) } : {}),
  };
}

export function ConnectDialog({ close }: { close(): void }) {
  const { client, cache, queries } = useApi();
  const may = useMay();
  const say = useToast();
  const accounts = useQuery({ ...queries.providerAccounts(), enabled: may("providers.manage") });
  const { data: agents = [] } = useQuery(queries.agents());
  const usable = (accounts.data ?? []).filter((each) => each.status === "active");
  const [chosen, setChosen] = useState<string | null>(null);
  const account = chosen ?? usable[0]?.id ?? NEW;
  const [form, setForm] = useState({ accountSid: "", authToken: "", sender: "", friendlyName: "", agentId: NONE });
  const set = (field: keyof typeof form) => (value: string) => setForm((before) => ({ ...before, [field]: value }));
  const connect = useMutation({
    mutationFn: () => {
      const sender = form.sender.trim();
      const body = {
        ...(account === NEW
          ? { accountSid: form.accountSid.trim(), authToken: form.authToken.trim() }
          : { providerAccountId: account }),
        ...(sender.startsWith("MG") ? { messagingServiceSid: sender } : { phoneNumber: sender }),
        ...(form.friendlyName.trim() ? { friendlyName: form.friendlyName.trim() } : {}),
        ...(form.agentId === NONE ? {} : { agentId: form.agentId }),
      };
      return client.ask<Connection>("/api/channels/sms/connect", { method: "POST", body });
    },
    async onSuccess(connection) {
      await cache.invalidateQueries({ queryKey: keys.channels });
      void cache.invalidateQueries({ queryKey: keys.providerAccounts });
      say(
        connection.webhook.verifiedAt
          ? "Connected. Twilio sends its texts here from now on."
          : "Connected. One step is left: the list says what to enter at Twilio.",
      );
      close();
    },
  });
  const errors = connect.isError ? errorsOf(connect.error) : {};
  const placed = ["accountSid", "authToken", "sender", "friendlyName", "agentId"].some((field) => errors[field]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!connect.isPending) connect.mutate();
  };
  const missing = form.sender.trim() === "" || (account === NEW && (!form.accountSid.trim() || !form.authToken.trim()));
  return (
    <Dialog
      open
      onClose={close}
      place="side"
      title="Connect a number"
      about="Parley checks the account and the number at Twilio, and points its texts here."
    >
      <form onSubmit={submit} className="grid gap-4 pt-2" noValidate>
        {usable.length > 0 && (
          <Field label="Twilio account">
            {(field) => (
              <Select
                {...field}
                value={account}
                onChange={setChosen}
                choices={[
                  ...usable.map((each) => ({ value: each.id, label: each.friendlyName })),
                  { value: NEW, label: "Another account" },
                ]}
              />
            )}
          </Field>
        )}
        {account === NEW && (
          <>
            <Field
              label="Account SID"
              error={errors.accountSid}
              help="Twilio’s console shows it on its first page. It begins with AC."
            >
              {(field) => (
                <Input
                  {...field}
                  autoComplete="off"
                  spellCheck={false}
                  className="font-mono"
                  value={form.accountSid}
                  onChange={(event) => set("accountSid")(event.target.value)}
                />
              )}
            </Field>
            <Field
              label="Auth token"
              error={errors.authToken}
              help="It stands below the SID. Parley keeps it sealed and never shows it again."
            >
              {(field) => (
                <Input
                  {...field}
                  type="password"
                  autoComplete="off"
                  className="font-mono"
                  value={form.authToken}
                  onChange={(event) => set("authToken")(event.target.value)}
                />
              )}
            </Field>
          </>
        )}
        <Field
          label="Phone number or Messaging Service"
          error={errors.sender}
          help="With its country code, such as +1 415 555 0142; or a service’s SID, which begins with MG."
        >
          {(field) => (
            <Input
              {...field}
              autoComplete="off"
              value={form.sender}
              onChange={(event) => set("sender")(event.target.value)}
            />
          )}
        </Field>
        <Field label="Name" error={errors.friendlyName} help="What your team calls it. May be left empty.">
          {(field) => (
            <Input {...field} value={form.friendlyName} onChange={(event) => set("friendlyName")(event.target.value)} />
          )}
        </Field>
        <Field label="Agent" error={errors.agentId}>
          {(field) => (
            <Select
              {...field}
              value={form.agentId}
              onChange={set("agentId")}
              choices={[
                { value: NONE, label: "No agent: the team answers" },
                ...agents.map((agent) => ({ value: agent.id, label: agent.name })),
              ]}
            />
          )}
        </Field>
        <FormProblem>{connect.isError && !placed ? sentenceOf(connect.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={connect.isPending}
            reason={missing ? "Enter the account and the number first." : null}
          >
            {connect.isPending ? "Asking Twilio" : "Connect"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
