import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Activation } from "../../contract/activations.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayPhone } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { useToast } from "../ui/toast.tsx";

/** Gives a number back: it can't be had again, so its digits are typed. */
export function Deactivate({ activation: { id, phoneNumber }, close }: { activation: Activation; close(): void }) {
  const { client, cache } = useApi();
  const say = useToast();
  const [confirm, setConfirm] = useState("");
  const act = useMutation({
    mutationFn: () =>
      client.ask<Activation>(`/api/activations/${id}/deactivate`, {
        method: "POST",
        body: phoneNumber ? { confirm } : {},
      }),
    async onSuccess() {
      await Promise.all([
        cache.invalidateQueries({ queryKey: keys.activations }),
        cache.invalidateQueries({ queryKey: keys.channels }),
      ]);
      say("Given back. Everything that was said over it stays.");
      close();
    },
  });
  const errors = fieldErrors(act.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act.mutate();
  };
  return (
    <Dialog open onClose={close} title={phoneNumber ? `Deactivate ${sayPhone(phoneNumber)}?` : "Stop?"}>
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <p className="text-md text-pretty text-ink-2">
          {phoneNumber
            ? "The number goes back to Twilio for good, and its subaccount is closed. Texts and calls to it no longer arrive; conversations and consent stay."
            : "What there is of it already goes back to Twilio."}
        </p>
        {phoneNumber && (
          <Field
            label="Type the whole number"
            error={errors.confirm}
            help={`${sayPhone(phoneNumber)}: once it is given back, nobody can get it again for you.`}
          >
            {(field) => (
              <Input
                {...field}
                type="tel"
                autoComplete="off"
                value={confirm}
                onChange={(event) => setConfirm(event.target.value)}
              />
            )}
          </Field>
        )}
        <FormProblem>{act.isError && !errors.confirm ? sentenceOf(act.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="danger" busy={act.isPending}>
            {phoneNumber ? "Deactivate" : "Stop"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
