import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { useToast } from "../ui/toast.tsx";
import { ENOUGH, PasswordField } from "./password-field.tsx";

export function ChangePassword({ email, close }: { email: string; close(): void }) {
  const { client, cache } = useApi();
  const say = useToast();
  const [form, setForm] = useState({ currentPassword: "", newPassword: "" });
  const set = (field: keyof typeof form) => (value: string) => setForm((before) => ({ ...before, [field]: value }));
  const change = useMutation({
    mutationFn: () => client.ask("/api/auth/password", { method: "POST", body: form }),
    async onSuccess() {
      await Promise.all([keys.security, keys.sessions].map((queryKey) => cache.invalidateQueries({ queryKey })));
      say("Changed. Everywhere else you are signed out.");
      close();
    },
  });
  const errors = fieldErrors(change.error);
  const placed = errors.currentPassword ?? errors.newPassword;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!change.isPending) change.mutate();
  };
  return (
    <Dialog
      open
      onClose={close}
      title="Change password"
      about="You stay signed in here, and are signed out everywhere else."
    >
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <PasswordField
          label="Current password"
          name="current-password"
          value={form.currentPassword}
          onChange={set("currentPassword")}
          error={errors.currentPassword}
        />
        <PasswordField
          fresh
          label="New password"
          name="new-password"
          value={form.newPassword}
          onChange={set("newPassword")}
          error={errors.newPassword}
        />
        <FormProblem>{change.isError && !placed ? sentenceOf(change.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={change.isPending}
            reason={
              !form.currentPassword
                ? "Enter your current password first."
                : form.newPassword.length < ENOUGH
                  ? `The new one needs ${ENOUGH} characters or more.`
                  : null
            }
          >
            Change password
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
