import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { CreatedInvitation } from "../../contract/sign-in.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";
import { HandOver } from "./hand-over.tsx";
import { ROLES } from "./roles.ts";

/** Parley sends no mail: whoever invites hands the link over. */
export function InviteDialog({ close }: { close(): void }) {
  const { client, cache } = useApi();
  const may = useMay();
  const [form, setForm] = useState({ name: "", email: "", role: "agent" });
  const set = (field: keyof typeof form) => (value: string) => setForm((before) => ({ ...before, [field]: value }));
  const invite = useMutation({
    mutationFn: () =>
      client.ask<CreatedInvitation>("/api/invitations", {
        method: "POST",
        body: { ...form, email: form.email.trim() },
      }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.invitations }),
  });
  if (invite.data)
    return (
      <Dialog open onClose={close} title={`${invite.data.name} is invited`}>
        <HandOver {...invite.data} done={close} />
      </Dialog>
    );
  const errors = fieldErrors(invite.error);
  const placed = ["name", "email", "role"].some((field) => errors[field]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!invite.isPending) invite.mutate();
  };
  return (
    <Dialog open onClose={close} title="Invite somebody" about="You get a link to hand to them: Parley sends no mail.">
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <Field label="Name" error={errors.name}>
          {(field) => (
            <Input
              {...field}
              autoComplete="off"
              value={form.name}
              onChange={(event) => set("name")(event.target.value)}
            />
          )}
        </Field>
        <Field label="Email" error={errors.email} help="They sign in with it.">
          {(field) => (
            <Input
              {...field}
              type="email"
              autoComplete="off"
              value={form.email}
              onChange={(event) => set("email")(event.target.value)}
            />
          )}
        </Field>
        <Field label="Role" error={errors.role} help={ROLES.find((each) => each.value === form.role)?.about}>
          {(field) => (
            <Select
              {...field}
              value={form.role}
              onChange={set("role")}
              choices={ROLES.filter((each) => each.value !== "owner" || may("account.transfer"))}
            />
          )}
        </Field>
        <FormProblem>{invite.isError && !placed ? sentenceOf(invite.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={invite.isPending}
            reason={form.name.trim() && form.email.trim() ? null : "Fill in name and email first."}
          >
            Make a link
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
