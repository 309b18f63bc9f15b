import { type QueryClient, useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Connection } from "../../contract/channels.ts";
import type { SmsCompliance } from "../../contract/compliance.ts";
import { usRegistration } from "../../contract/phone-number.ts";
import { keys } from "../api/keys.ts";
import { placeAnswer } from "../api/placing.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { createKeepers, SaveProblem, SaveState, useAutosave } from "../shell/autosave.tsx";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { CarrierNote } from "./carrier-note.tsx";
import { isByHand, nameOf } from "./connection-words.ts";
import { EMPTY_COMPLIANCE } from "./empty-compliance.ts";
import { EnvironmentForm } from "./environment-form.tsx";
import { HealthHistory } from "./health-history.tsx";
import { HealthNotice } from "./health-notice.tsx";
import { ManualWebhook } from "./manual-webhook.tsx";
import { SmsComplianceForms } from "./sms-compliance-forms.tsx";

export function ConnectionSettingsDialog({ connection, close }: { connection: Connection; close(): void }) {
  const may = useMay();
  const asked = usRegistration(connection.phoneNumber ?? connection.messagingServiceSid ?? "");
  return (
    <Dialog open onClose={close} place="wide" title={`Settings of ${nameOf(connection)}`}>
      <div className="mx-auto grid max-w-[36rem] gap-8">
        <HealthNotice connection={connection} />
        <NameForm connection={connection} />
        <EnvironmentForm connection={connection} />
        {isByHand(connection) && <ManualWebhook channel={connection} />}
        <HealthHistory connection={connection} />
        {asked !== "10dlc" ? (
          <section className="grid gap-3 border-t pt-4" aria-label="What carriers ask">
            <h2 className="text-lg font-semibold">
              {asked === "toll_free" ? "Toll-free verification" : "10DLC compliance"}
            </h2>
            <CarrierNote of={asked} />
          </section>
        ) : may("sms.manage") ? (
          <ComplianceForm connection={connection} />
        ) : (
          <p className="border-t pt-4 text-md text-ink-2">
            What carriers are told of the business is shown to owners and admins alone.
          </p>
        )}
      </div>
    </Dialog>
  );
}

const placeConnection = (cache: QueryClient, changed: Connection): Promise<void> =>
  placeAnswer<Connection[]>(cache, keys.channels, (all) =>
    all?.map((each) => (each.id === changed.id ? changed : each)),
  );

function NameForm({ connection }: { connection: Connection }) {
  const { client, cache } = useApi();
  const may = useMay();
  const [name, setName] = useState(connection.friendlyName ?? "");
  const rename = useMutation({
    mutationFn: () =>
      client.ask<Connection>(`/api/channels/${connection.id}`, {
        method: "PATCH",
        body: { friendlyName: name.trim() || null },
      }),
    onSuccess: (changed) => placeConnection(cache, changed),
  });
  const { friendlyName: problem } = fieldErrors(rename.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!rename.isPending && may("channels.connect")) rename.mutate();
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-3">
      <Field label="Name" error={problem} help="What your team calls it. Left empty, it goes by its number.">
        {(field) => <Input {...field} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <FormProblem>{rename.isError && !problem ? sentenceOf(rename.error) : null}</FormProblem>
      <div className="flex items-center gap-3">
        <Button type="submit" busy={rename.isPending} reason={may("channels.connect") ? null : NOT_ALLOWED}>
          Save name
        </Button>
        {rename.isSuccess && (
          <span role="status" className="text-sm text-ink-3">
            Saved
          </span>
        )}
      </div>
    </form>
  );
}

const complianceKeepers = createKeepers<SmsCompliance>(
  "under 10DLC compliance",
  async ({ client, cache }, id, smsCompliance, outlives) => {
    const body = { mutation: "set-sms-compliance", smsCompliance };
    const path = `/api/channels/${id}/setup-status`;
    await placeConnection(cache, await client.ask<Connection>(path, { method: "POST", body, outlives }));
  },
);

function ComplianceForm({ connection }: { connection: Connection }) {
  const autosave = useAutosave(complianceKeepers, connection.id);
  const value = autosave.typed ?? connection.smsCompliance ?? EMPTY_COMPLIANCE;
  return (
    <section className="border-t pt-4" aria-label="10DLC compliance">
      <div className="mb-3 flex items-baseline gap-3">
        <h2 className="flex-1 text-lg font-semibold">10DLC compliance</h2>
        <SaveState of={autosave} />
      </div>
      <p className="mb-4 text-md text-pretty text-ink-2">
        Kept here exactly as you type it. Nothing is submitted, and no carrier has approved anything.
      </p>
      <div className="mb-4 empty:hidden">
        <SaveProblem of={autosave} />
      </div>
      <SmsComplianceForms value={value} onChange={(next) => autosave.type(() => next)} />
    </section>
  );
}
