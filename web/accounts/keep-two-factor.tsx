import { useMutation } from "@tanstack/react-query";
import type { RecoveryCodes } from "../../contract/sign-in.ts";
import { keys } from "../api/keys.ts";
import { useApi } from "../shell/desk-api.ts";
import { Dialog } from "../ui/dialog.tsx";
import { useToast } from "../ui/toast.tsx";
import { PasswordProof } from "./password-proof.tsx";
import { KeepRecoveryCodes } from "./recovery-codes.tsx";

export function NewRecoveryCodes({ close }: { close(): void }) {
  const { client, cache } = useApi();
  const make = useMutation({
    mutationFn: (password: string) =>
      client.ask<RecoveryCodes>("/api/auth/recovery-codes", { method: "POST", body: { password } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.security }),
  });
  return (
    <Dialog
      open
      onClose={close}
      title="New recovery codes"
      {...(make.data ? {} : { about: "The old ones stop working." })}
    >
      {make.data ? (
        <KeepRecoveryCodes codes={make.data.recoveryCodes} done={close} />
      ) : (
        <PasswordProof act="Make new codes" attempt={make} close={close} />
      )}
    </Dialog>
  );
}

export function TurnOffTwoFactor({ close }: { close(): void }) {
  const { client, cache } = useApi();
  const say = useToast();
  const turnOff = useMutation({
    mutationFn: (password: string) =>
      client.ask<undefined>("/api/auth/two-factor/off", { method: "POST", body: { password } }),
    async onSuccess() {
      await Promise.all([keys.security, keys.members].map((queryKey) => cache.invalidateQueries({ queryKey })));
      say("The second step is off.");
      close();
    },
  });
  return (
    <Dialog
      open
      onClose={close}
      title="Turn off the second step?"
      about="Your password alone signs you in from then on. The recovery codes stop working."
    >
      <PasswordProof danger act="Turn off" attempt={turnOff} close={close} />
    </Dialog>
  );
}
