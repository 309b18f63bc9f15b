import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { Connection } from "../../contract/channels.ts";
import type { SmsCompliance } from "../../contract/compliance.ts";
import { isTollFree } from "../../contract/phone-number.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { isByHand, nameOf } from "./connection-words.ts";
import { EMPTY_COMPLIANCE } from "./empty-compliance.ts";
import { EnvironmentForm } from "./environment-form.tsx";
import { HealthHistory } from "./health-history.tsx";
import { HealthNotice } from "./health-notice.tsx";
import { ManualWebhook } from "./manual-webhook.tsx";
import { SmsComplianceForms } from "./sms-compliance-forms.tsx";
import { TollFreeNote } from "./toll-free-note.tsx";

const REST_MS = 700;

export function ConnectionSettingsDialog({ connection, close }: { connection: Connection; close(): void }) {
  const may = useMay();
  return (
    <Dialog open onClose={close} place="wide" title={`Settings of ${nameOf(connection)}`}>
      <div className="mx-auto grid max-w-[36rem] gap-8">
        <HealthNotice connection={connection} />
        <NameForm connection={connection} />
        <EnvironmentForm connection={connection} />
        {isByHand(connection) && <ManualWebhook channel={connection} />}
        <HealthHistory connection={connection} />
        {isTollFree(connection.phoneNumber ?? "") ? (
          <section className="grid gap-3 border-t pt-4" aria-label="Toll-free verification">
            <h2 className="text-lg font-semibold">Toll-free verification</h2>
            <TollFreeNote />
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

/** Puts a changed connection where it is shown. */
function usePlace() {
  const { cache } = useApi();
  return (changed: Connection) =>
    cache.setQueryData<Connection[]>(keys.channels, (all) =>
      all?.map((each) => (each.id === changed.id ? changed : each)),
    );
}

function NameForm({ connection }: { connection: Connection }) {
  const { client } = useApi();
  const may = useMay();
  const place = usePlace();
  const [name, setName] = useState(connection.friendlyName ?? "");
  const rename = useMutation({
    mutationFn: () =>
      client.ask<Connection>(`/api/channels/${connection.id}`, {
        method: "PATCH",
        body: { friendlyName: name.trim() || null },
      }),
    onSuccess: place,
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

/** Saves by itself once typing rests, and when it is left. One save at a time, the newest words last. */
function useAutosave(connection: Connection) {
  const { client } = useApi();
  const place = usePlace();
  const [state, setState] = useState<"rest" | "typing" | "saving" | "saved" | "failed">("rest");
  const [problem, setProblem] = useState<unknown>(null);
  const waiting = useRef<SmsCompliance | null>(null);
  const timer = useRef(0);
  const busy = useRef(false);
  async function save(): Promise<void> {
    window.clearTimeout(timer.current);
    if (busy.current) return;
    busy.current = true;
    try {
      while (waiting.current) {
        const smsCompliance = waiting.current;
        setState("saving");
        const changed = await client.ask<Connection>(`/api/channels/${connection.id}/setup-status`, {
          method: "POST",
          body: { mutation: "set-sms-compliance", smsCompliance },
        });
        if (waiting.current === smsCompliance) waiting.current = null;
        place(changed);
      }
      setState("saved");
    } catch (error) {
      setProblem(error);
      setState("failed");
    } finally {
      busy.current = false;
    }
  }
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => () => void latest.current(), []);
  return {
    state,
    problem,
    save,
    type(value: SmsCompliance) {
      waiting.current = value;
      setState("typing");
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => void latest.current(), REST_MS);
    },
  };
}

function ComplianceForm({ connection }: { connection: Connection }) {
  const [value, setValue] = useState(() => connection.smsCompliance ?? EMPTY_COMPLIANCE);
  const { state, problem, save, type } = useAutosave(connection);
  const change = (next: SmsCompliance) => {
    setValue(next);
    type(next);
  };
  return (
    <section className="border-t pt-4" aria-label="10DLC compliance">
      <div className="mb-3 flex items-baseline gap-3">
        <h2 className="flex-1 text-lg font-semibold">10DLC compliance</h2>
        <p role="status" className="text-sm text-ink-3">
          {state === "saving" || state === "typing" ? "Saving" : state === "saved" ? "Saved" : ""}
        </p>
      </div>
      <p className="mb-4 text-md text-pretty text-ink-2">
        Kept here exactly as you type it. Nothing is submitted, and no carrier has approved anything.
      </p>
      {state === "failed" && (
        <p role="alert" className="mb-4 flex flex-wrap items-center gap-3 text-sm text-bad">
          Not saved: {sentenceOf(problem)} <Button onClick={() => void save()}>Save again</Button>
        </p>
      )}
      <SmsComplianceForms value={value} onChange={change} />
    </section>
  );
}
