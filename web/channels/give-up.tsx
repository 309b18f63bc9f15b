import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Activation } from "../../contract/activations.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { sayPhone } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { useToast } from "../ui/toast.tsx";

/** Whether a number is still being bought in the business's own account. */
export const isBeingBought = ({ kind, settledAt }: Activation): boolean => kind === "bought" && settledAt === null;

const STAYS =
  "stays in your account there and is billed, until you release it in Twilio’s console or connect it here as a number that you have.";
const SOLD = `Twilio has sold you this number already. It ${STAYS}`;
const MAY_BE_SOLD = `If Twilio has sold you the number by now, it ${STAYS}`;
/** What becomes of a number whose purchase is given up: Twilio is not asked, because that may be what it hangs on. */
const BECOMES: Partial<Record<Activation["state"], string>> = {
  number: SOLD,
  webhooks: SOLD,
  undoing:
    "Parley was about to give this number back. If it is in your account at Twilio, it stays there and is billed, until you release it in Twilio’s console.",
};

/** Asks whether a purchase is to be given up, where it is waited for. */
export function GiveUpButton({ purchase, done }: { purchase: Activation; done(): void }) {
  const may = useMay();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button look="quiet" reason={may("providers.manage") ? null : NOT_ALLOWED} onClick={() => setAsked(true)}>
        Give up
      </Button>
      {asked && <GiveUp activation={purchase} close={() => setAsked(false)} done={done} />}
    </>
  );
}

/** Ends a purchase that is under way or hangs. @param done hears that it is over */
export function GiveUp({
  activation: { id, phoneNumber, state },
  close,
  done,
}: {
  activation: Activation;
  close(): void;
  done?(): void;
}) {
  const { client, cache } = useApi();
  const say = useToast();
  const act = useMutation({
    mutationFn: () =>
      client.ask<Activation>(`/api/activations/${id}/deactivate`, {
        method: "POST",
        body: phoneNumber ? { confirm: phoneNumber } : {},
      }),
    onSuccess({ problem }) {
      // The server knows more than was on the page: whether Twilio has sold the number, and what is left to do.
      say(problem?.message ?? "Given up.");
      done?.();
      close();
    },
    onSettled: () => cache.invalidateQueries({ queryKey: keys.activations }),
  });
  return (
    <Confirm
      title={`Give up buying ${phoneNumber ? sayPhone(phoneNumber) : "this number"}?`}
      act="Give up"
      busy={act.isPending}
      problem={act.isError ? sentenceOf(act.error) : null}
      onConfirm={() => act.mutate()}
      onClose={close}
    >
      Parley asks Twilio for nothing more, and the number is not connected here. {BECOMES[state] ?? MAY_BE_SOLD} This
      can’t be taken back.
    </Confirm>
  );
}
