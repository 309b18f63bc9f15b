import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { isOfCalls } from "../../contract/channel-health.ts";
import type { Connection } from "../../contract/channels.ts";
import type { VoiceSettings } from "../../contract/voice.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { senderOf } from "../channels/connection-words.ts";
import { Section } from "../consent/section.tsx";
import { useApi } from "../shell/desk-api.ts";
import { sayPhone } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field, Input, Textarea } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";
import { useToast } from "../ui/toast.tsx";
import { WhereCallsGo } from "./where-calls-go.tsx";

const LANGUAGES: Record<VoiceSettings["language"], string> = {
  "en-US": "English (US)",
  "en-GB": "English (UK)",
  "es-ES": "Spanish (Spain)",
  "es-MX": "Spanish (Mexico)",
  "fr-FR": "French",
  "de-DE": "German",
  "it-IT": "Italian",
  "nl-NL": "Dutch",
  "pt-BR": "Portuguese (Brazil)",
};
const CHOICES = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }));
const isLanguage = (value: string): value is VoiceSettings["language"] => value in LANGUAGES;

const formOf = (voice: VoiceSettings) => ({
  answering: voice.answering,
  greeting: voice.greeting,
  language: voice.language,
  forwards: voice.forwardTo !== null,
  forwardTo: voice.forwardTo ? sayPhone(voice.forwardTo) : "",
  ringSeconds: String(voice.ringSeconds),
  voicemail: voice.voicemail,
  voicemailSeconds: String(voice.voicemailSeconds),
  textOn: voice.missedCallText.on,
  textContent: voice.missedCallText.content,
});
type Form = ReturnType<typeof formOf>;

const patchOf = (form: Form) => ({
  answering: form.answering,
  greeting: form.greeting.trim(),
  language: form.language,
  forwardTo: form.forwards ? form.forwardTo.trim() : null,
  ringSeconds: Number(form.ringSeconds),
  voicemail: form.voicemail,
  voicemailSeconds: Number(form.voicemailSeconds),
  missedCallText: { on: form.answering && form.textOn, content: form.textContent.trim() },
});

/** How one number answers calls. */
export function AnswerForm({ channel, voice }: { channel: Connection; voice: VoiceSettings }) {
  const { client, cache } = useApi();
  const say = useToast();
  const [form, setForm] = useState(() => formOf(voice));
  const set = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const save = useMutation({
    mutationFn: () =>
      client.ask<VoiceSettings>(`/api/channels/${channel.id}/voice`, { method: "PATCH", body: patchOf(form) }),
    onSuccess(changed) {
      cache.setQueryData(keys.voice(channel.id), changed);
      setForm(formOf(changed));
      say("Saved. The next call is answered so.");
    },
  });
  const errors = fieldErrors(save.error);
  const isSet = voice.webhooks.setAt !== null || channel.findings.some(({ code }) => isOfCalls(code));
  const same = JSON.stringify(patchOf(form)) === JSON.stringify(patchOf(formOf(voice)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="grid grid-cols-1 gap-8" noValidate>
      <Section
        title="Answering calls"
        about={`What somebody hears who calls ${senderOf(channel)}. Calls that nobody takes are listed below.`}
      >
        <div className="grid max-w-[40rem] gap-4">
          <Checkbox checked={form.answering} onChange={(answering) => set({ answering })}>
            Answer calls to this number
          </Checkbox>
          {(form.answering || isSet) && <WhereCallsGo channel={channel} voice={voice} />}
          {form.answering && (
            <>
              <Greeting form={form} set={set} error={errors.greeting} />
              <Forwarding form={form} set={set} errors={errors} />
              <Voicemail form={form} set={set} error={errors.voicemailSeconds} />
            </>
          )}
        </div>
      </Section>
      {form.answering && <MissedCalls form={form} set={set} error={errors["missedCallText.content"]} />}
      <FormProblem>
        {save.isError && Object.keys(errors).length === 0 ? sentenceOf(save.error) : (errors.answering ?? null)}
      </FormProblem>
      <Button
        type="submit"
        look="primary"
        className="-mt-4 justify-self-start"
        busy={save.isPending}
        reason={same ? "Nothing has changed." : null}
      >
        Save
      </Button>
    </form>
  );
}

interface Part {
  form: Form;
  set(part: Partial<Form>): void;
}

const Greeting = ({ form, set, error }: Part & { error: string | undefined }) => (
  <div className="grid grid-cols-[minmax(0,1fr)_12rem] items-start gap-3 max-md:grid-cols-1">
    <Field label="Greeting" error={error} help="Read out before anything else. Left empty, nothing is.">
      {(field) => (
        <Textarea
          {...field}
          rows={2}
          maxLength={500}
          value={form.greeting}
          onChange={(event) => set({ greeting: event.target.value })}
        />
      )}
    </Field>
    <Field label="Read in">
      {(field) => (
        <Select
          {...field}
          value={form.language}
          choices={CHOICES}
          onChange={(language) => isLanguage(language) && set({ language })}
        />
      )}
    </Field>
  </div>
);

const Forwarding = ({ form, set, errors }: Part & { errors: Record<string, string> }) => (
  <div className="grid gap-3">
    <Checkbox checked={form.forwards} onChange={(forwards) => set({ forwards })}>
      Let a phone ring
    </Checkbox>
    {form.forwards && (
      <div className="grid grid-cols-[minmax(0,1fr)_8rem] items-start gap-3 pl-6 max-md:grid-cols-1 max-md:pl-0">
        <Field
          label="Phone"
          error={errors.forwardTo}
          help="With its country code. If its own voicemail picks up, the call counts as answered."
        >
          {(field) => (
            <Input
              {...field}
              type="tel"
              autoComplete="off"
              placeholder="+1 415 555 0177"
              value={form.forwardTo}
              onChange={(event) => set({ forwardTo: event.target.value })}
            />
          )}
        </Field>
        <Seconds
          label="Seconds it rings"
          error={errors.ringSeconds}
          value={form.ringSeconds}
          onChange={(ringSeconds) => set({ ringSeconds })}
        />
      </div>
    )}
  </div>
);

const Voicemail = ({ form, set, error }: Part & { error: string | undefined }) => (
  <div className="grid gap-3">
    <Checkbox checked={form.voicemail} onChange={(voicemail) => set({ voicemail })}>
      Take a message where nobody answers
    </Checkbox>
    {form.voicemail && (
      <div className="w-40 pl-6 max-md:w-full max-md:pl-0">
        <Seconds
          label="Seconds at most"
          error={error}
          value={form.voicemailSeconds}
          onChange={(voicemailSeconds) => set({ voicemailSeconds })}
        />
      </div>
    )}
  </div>
);

const Seconds = ({
  label,
  error,
  value,
  onChange,
}: {
  label: string;
  error: string | undefined;
  value: string;
  onChange(value: string): void;
}) => (
  <Field label={label} error={error}>
    {(field) => (
      <Input
        {...field}
        inputMode="numeric"
        className="tabular"
        value={value}
        onChange={(event) => onChange(event.target.value.replace(/\D/g, "").slice(0, 3))}
      />
    )}
  </Field>
);

const MissedCalls = ({ form, set, error }: Part & { error: string | undefined }) => (
  <Section
    title="Text after a missed call"
    about="Callers hear that a text may answer them. Each call has one text at most, each caller one a day; who opted out, hides their number or calls from a landline has none, and at night it waits for the morning."
  >
    <div className="grid max-w-[40rem] gap-3">
      <Checkbox checked={form.textOn} onChange={(textOn) => set({ textOn })}>
        Answer missed calls with a text
      </Checkbox>
      {form.textOn && (
        <Field
          label="What it says"
          error={error}
          help="Name your business, with {{org.name}} or in full, and say how to stop: it may be the first they read of you."
        >
          {(field) => (
            <Textarea
              {...field}
              rows={3}
              maxLength={640}
              value={form.textContent}
              onChange={(event) => set({ textContent: event.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  </Section>
);
