import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { TwoFactorBegun } from "../../contract/sign-in.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { CodeField } from "./code-field.tsx";
import { Secret } from "./copy-secret.tsx";
import { PasswordProof } from "./password-proof.tsx";
import { QrCode } from "./qr-code.tsx";
import { KeepRecoveryCodes } from "./recovery-codes.tsx";

/** Password, then the app's first code, then the recovery codes. It counts from that code on. */
export function TurnOnTwoFactor({ isOn, close }: { isOn: boolean; close(): void }) {
  const { client, cache } = useApi();
  const [confirmed, setConfirmed] = useState(false);
  const begin = useMutation({
    mutationFn: (password: string) =>
      client.ask<TwoFactorBegun>("/api/auth/two-factor", { method: "POST", body: { password } }),
  });
  const confirm = async () => {
    setConfirmed(true);
    const moved = [keys.security, keys.sessions, keys.members];
    await Promise.all(moved.map((queryKey) => cache.invalidateQueries({ queryKey })));
  };
  if (begin.data && confirmed)
    return (
      <Dialog open onClose={close} title="The second step is on">
        <KeepRecoveryCodes codes={begin.data.recoveryCodes} done={close} />
      </Dialog>
    );
  if (isOn)
    return (
      <Dialog open onClose={close} title="The second step is on" about="Turn it off first to set it up anew.">
        <div className="flex justify-end">
          <Button onClick={close}>Close</Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog
      open
      onClose={close}
      title="Turn on the second step"
      about={
        begin.data
          ? "1. Scan this with your authenticator app. 2. Enter the code that it shows."
          : "First, show that it is you."
      }
    >
      {begin.data ? (
        <FirstCode uri={begin.data.uri} done={() => void confirm()} close={close} />
      ) : (
        <PasswordProof act="Go on" attempt={begin} close={close} />
      )}
    </Dialog>
  );
}

function FirstCode({ uri, done, close }: { uri: string; done(): void; close(): void }) {
  const { client } = useApi();
  const [code, setCode] = useState("");
  const give = useMutation({
    mutationFn: () => client.ask("/api/auth/code", { method: "POST", body: { code } }),
    onSuccess: done,
  });
  const errors = fieldErrors(give.error);
  const secret = new URL(uri).searchParams.get("secret") ?? "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!give.isPending) give.mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <div className="flex items-start gap-5 max-md:flex-col max-md:items-center">
        <QrCode text={uri} label="QR code for your authenticator app" />
        <div className="grid min-w-0 flex-1 gap-2 text-sm text-ink-2">
          <p>Any such app does: the one of your password manager, Google Authenticator, Aegis, 1Password.</p>
          <p>
            On this phone already?{" "}
            <a href={uri} className="font-medium text-accent underline underline-offset-2">
              Open the app
            </a>
          </p>
          <details>
            <summary className="cursor-pointer font-medium text-ink max-md:py-2.5">Can’t scan it?</summary>
            <p className="my-1.5">Enter this key by hand, as a time-based one:</p>
            <Secret label="Key for your authenticator app" rows={3}>
              {secret.replace(/(.{4})(?=.)/g, "$1 ")}
            </Secret>
          </details>
        </div>
      </div>
      <CodeField value={code} onChange={setCode} error={errors.code} />
      <FormProblem>{give.isError && !errors.code ? sentenceOf(give.error) : null}</FormProblem>
      <div className="flex justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button
          type="submit"
          look="primary"
          busy={give.isPending}
          reason={code.trim() ? null : "Enter the code that the app shows first."}
        >
          Turn on
        </Button>
      </div>
    </form>
  );
}
