import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { Activation } from "../../contract/activations.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { hasAreaCodes, usualCountries } from "../channels/countries.ts";
import { Section } from "../consent/section.tsx";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { sayMonthly, sayPhone } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { useToast } from "../ui/toast.tsx";
import { ActivationSteps } from "./activation-steps.tsx";
import { Deactivate } from "./deactivate.tsx";

const isGone = ({ state }: Activation): boolean => state === "undone" || state === "released";

/** The number that Parley gets: in an account at Twilio that it opens for this workspace, under yours. */
export function ManagedNumber() {
  const { queries } = useApi();
  const go = useNavigate();
  const { channel, dialog } = useSearch({ from: "/app/settings/voice" });
  const activations = useQuery(queries.activations());
  const managed = activations.data?.filter((each) => each.kind === "managed");
  const standing = managed?.find((each) => !isGone(each));
  const open = (next: string | undefined) => void go({ to: "/settings/voice", search: { channel, dialog: next } });
  return (
    <Section
      title="A number from Parley"
      about="Parley opens a subaccount under your Twilio account, buys a number with voice and SMS in it, and connects it. Twilio bills it to your account."
    >
      {activations.isError && <Failed again={() => void activations.refetch()}>{sentenceOf(activations.error)}</Failed>}
      {activations.isPending && <Skeleton className="h-24 w-full max-w-[40rem]" />}
      {standing && <Standing activation={standing} deactivate={() => open("deactivate")} />}
      {managed && (
        // It stays while what it asked for is under way: if that comes to nothing, it says why, and nothing is typed twice.
        <div hidden={standing !== undefined}>
          <Activate />
        </div>
      )}
      {standing && dialog === "deactivate" && <Deactivate activation={standing} close={() => open(undefined)} />}
    </Section>
  );
}

function Standing({ activation, deactivate }: { activation: Activation; deactivate(): void }) {
  const may = useMay();
  const { phoneNumber, state, settledAt, problem } = activation;
  const leaving = state === "undoing" || state === "releasing";
  return (
    <div className="grid max-w-[40rem] gap-4">
      {phoneNumber && <p className="text-lg font-medium tabular">{sayPhone(phoneNumber)}</p>}
      {(state !== "connected" || problem) && <ActivationSteps activation={activation} />}
      {!leaving && (
        <Button
          className="justify-self-start"
          reason={may("providers.manage") ? null : NOT_ALLOWED}
          onClick={deactivate}
        >
          {settledAt ? "Deactivate this number" : "Stop, and give back what there is"}
        </Button>
      )}
    </div>
  );
}

function Activate() {
  const { client, cache, queries } = useApi();
  const say = useToast();
  const may = useMay();
  const go = useNavigate();
  const [form, setForm] = useState({ country: "US", areaCode: "" });
  const { data: price } = useQuery(queries.activationPrice(form.country));
  const activate = useMutation({
    mutationFn: () =>
      client.ask<Activation>("/api/activations", {
        method: "POST",
        body: { country: form.country, ...(form.areaCode === "" ? {} : { areaCode: form.areaCode }) },
      }),
    onSuccess: ({ phoneNumber, state, channelId }) => {
      say(state === "connected" && phoneNumber ? `${sayPhone(phoneNumber)} is yours.` : "Parley is at it.");
      if (channelId) void go({ to: "/settings/voice", search: { channel: channelId } }); // how it answers is set there
    },
    onSettled: () =>
      Promise.all([
        cache.invalidateQueries({ queryKey: keys.activations }),
        cache.invalidateQueries({ queryKey: keys.channels }),
      ]),
  });
  const errors = fieldErrors(activate.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    activate.mutate();
  };
  return (
    <form onSubmit={submit} className="grid max-w-[40rem] gap-4" noValidate>
      <div className="grid grid-cols-[minmax(0,1fr)_12rem] items-start gap-3 max-md:grid-cols-1">
        <Field label="Country" error={errors.country}>
          {(field) => (
            <Select
              {...field}
              value={form.country}
              choices={usualCountries(form.country)}
              onChange={(country) => setForm({ country, areaCode: "" })}
            />
          )}
        </Field>
        {hasAreaCodes(form.country) && (
          <Field label="Area code, if it matters" error={errors.areaCode}>
            {(field) => (
              <Input
                {...field}
                inputMode="numeric"
                autoComplete="off"
                placeholder="415"
                value={form.areaCode}
                onChange={({ target }) =>
                  setForm((before) => ({ ...before, areaCode: target.value.replace(/\D/g, "").slice(0, 3) }))
                }
              />
            )}
          </Field>
        )}
      </div>
      {price?.monthlyPrice && (
        <p className="text-sm text-ink-3 tabular">
          The number costs about {sayMonthly(price.monthlyPrice)}. Calls and texts are billed by use.
        </p>
      )}
      <FormProblem>
        {activate.isError && !errors.country && !errors.areaCode ? sentenceOf(activate.error) : null}
      </FormProblem>
      <Button
        type="submit"
        look="primary"
        className="justify-self-start"
        busy={activate.isPending}
        reason={may("providers.manage") ? null : NOT_ALLOWED}
      >
        Activate Voice & SMS
      </Button>
    </form>
  );
}
