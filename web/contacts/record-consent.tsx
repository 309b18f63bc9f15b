import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { ConsentEvent } from "../../contract/consent.ts";
import type { Contact } from "../../contract/contacts.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";
import { callThem, firstNameOf, sayDate } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Textarea } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";
import { useToast } from "../ui/toast.tsx";
import { heardByProvider } from "./consent-words.ts";

type Channel = "sms" | "whatsapp";
type Source = "member" | "form" | "import";

const CHANNELS = [
  { value: "sms", label: "Texts (SMS)" },
  { value: "whatsapp", label: "WhatsApp" },
];
const SOURCES = [
  { value: "member", label: "They told one of us" },
  { value: "form", label: "They filled in a form" },
  { value: "import", label: "It stands in another system" },
];

const STAYS_BLOCKED =
  "Twilio itself heard their STOP, and its own block stays until they write START: recording an opt-in lets no text through from that number.";

/** Records what somebody said elsewhere. One dialog is one act, however often its button is pressed. */
function useRecord(contact: Contact, close: () => void) {
  const { client, cache } = useApi();
  const say = useToast();
  const [key] = useState(() => crypto.randomUUID());
  return useMutation({
    mutationFn: (body: {
      channel: Channel;
      action: "opt_in" | "opt_out";
      source: Source;
      proof?: string;
      disclosure?: string;
    }) =>
      client.ask<ConsentEvent>(`/api/contacts/${contact.id}/consent`, {
        method: "POST",
        body,
        idempotencyKey: key,
      }),
    onSuccess(event) {
      for (const queryKey of [keys.contact(contact.id), keys.consent(contact.id), keys.allMaySend])
        void cache.invalidateQueries({ queryKey });
      say(event.action === "opt_in" ? "The opt-in is on record." : "Opted out. Nothing is sent to them any more.");
      close();
    },
  });
}

export function RecordOptIn({ contact, close }: { contact: Contact; close(): void }) {
  const { queries } = useApi();
  const { data: events = [] } = useQuery(queries.consent(contact.id));
  const { data: connections = [] } = useQuery(queries.channels());
  const may = useMay();
  const record = useRecord(contact, close);
  const [channel, setChannel] = useState<Channel>("sms");
  const [source, setSource] = useState<Source>("member");
  const [proof, setProof] = useState("");
  const [disclosure, setDisclosure] = useState("");
  const errors = fieldErrors(record.error);
  const standing = contact.suppressions.find((each) => each.channel === channel);
  const blocked = contact.suppressions.some((each) => each.channel === channel && each.source === "provider");
  const who = firstNameOf(contact.name);
  const reason = blocked
    ? "The provider blocks this number until they write START."
    : standing && !may("consent.restore")
      ? "Only their own START lifts an opt-out, or an owner or admin with proof."
      : standing && proof.trim() === ""
        ? "Lifting an opt-out needs its proof."
        : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason) return;
    record.mutate({
      channel,
      action: "opt_in",
      source: standing ? "member" : source,
      ...(proof.trim() ? { proof: proof.trim() } : {}),
      ...(disclosure.trim() ? { disclosure: disclosure.trim() } : {}),
    });
  };
  return (
    <Dialog
      open
      onClose={close}
      title="Record an opt-in"
      about={`What ${callThem(contact)} agreed to elsewhere, so that anybody can check it later.`}
    >
      <form onSubmit={submit} noValidate className="grid gap-4">
        <Field label="To what">
          {(field) => (
            <Select {...field} value={channel} choices={CHANNELS} onChange={(value) => setChannel(value as Channel)} />
          )}
        </Field>
        {standing ? (
          <p role="status" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-pretty text-bad">
            {who} opted out on {sayDate(standing.at)}.{" "}
            {blocked
              ? "The provider blocks the number too: only they can lift that, by texting START."
              : "You lift that on your word: write down how they told you."}
            {!blocked && heardByProvider(events, channel, connections) && ` ${STAYS_BLOCKED}`}
          </p>
        ) : (
          <Field label="How do you know?">
            {(field) => (
              <Select {...field} value={source} choices={SOURCES} onChange={(value) => setSource(value as Source)} />
            )}
          </Field>
        )}
        <Field
          label="Proof"
          error={errors.proof}
          help="Where and when, so that somebody else can find it: “Signed the sheet at the counter on 12 November”."
        >
          {(field) => <Textarea {...field} rows={2} value={proof} onChange={(event) => setProof(event.target.value)} />}
        </Field>
        <Field
          label="What they were told"
          error={errors.disclosure}
          help="The words that they agreed to. Needed for marketing."
        >
          {(field) => (
            <Textarea {...field} rows={2} value={disclosure} onChange={(event) => setDisclosure(event.target.value)} />
          )}
        </Field>
        <FormProblem>{record.isError ? sentenceOf(record.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" reason={reason} busy={record.isPending}>
            Record the opt-in
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function RecordOptOut({ contact, close }: { contact: Contact; close(): void }) {
  const record = useRecord(contact, close);
  const [channel, setChannel] = useState<Channel>("sms");
  const [proof, setProof] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const words = proof.trim();
    record.mutate({ channel, action: "opt_out", source: "member", ...(words ? { proof: words } : {}) });
  };
  return (
    <Dialog
      open
      onClose={close}
      title={`Opt ${callThem(contact)} out?`}
      about="Nothing more is sent to them, and what waits is stopped. Only their own START lifts it, or an owner or admin with proof."
    >
      <form onSubmit={submit} noValidate className="grid gap-4">
        <Field label="Of what">
          {(field) => (
            <Select {...field} value={channel} choices={CHANNELS} onChange={(value) => setChannel(value as Channel)} />
          )}
        </Field>
        <Field label="What they said" help="Where and when, if you know: “On the phone to Lena, this morning”.">
          {(field) => <Textarea {...field} rows={2} value={proof} onChange={(event) => setProof(event.target.value)} />}
        </Field>
        <FormProblem>{record.isError ? sentenceOf(record.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="danger" busy={record.isPending}>
            Opt out
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
