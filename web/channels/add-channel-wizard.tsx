import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { usRegistration } from "../../contract/phone-number.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMe } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { AccountStep, accountOf, usableOf } from "./account-step.tsx";
import { CarrierNote } from "./carrier-note.tsx";
import { ConnectStep } from "./connect-step.tsx";
import { DestinationStep } from "./destination-step.tsx";
import { EMPTY_COMPLIANCE } from "./empty-compliance.ts";
import { FirstText } from "./first-text.tsx";
import { useRequestAsked } from "./papers-note.tsx";
import { SmsComplianceForms } from "./sms-compliance-forms.tsx";
import { STEPS, useWizardDraft, type Wizard } from "./wizard-draft.ts";

/** Five steps to a channel. Leaving keeps what was typed; only the auth token has to be typed again. */
export function AddChannelWizard({ close }: { close(): void }) {
  const { queries } = useApi();
  const me = useMe();
  const wizard = useWizardDraft(me.workspaceId);
  const { draft, set, forget } = wizard;
  useRequestAsked(wizard);
  const [problem, setProblem] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const { data: accounts = [], isPending } = useQuery(queries.providerAccounts());
  const account = accountOf(usableOf(accounts), draft.accountId);
  // An account may have gone since the draft was left.
  const step = draft.step > 1 && !account && !isPending ? 1 : draft.step;
  const body = useKeysOfStep(step, !isPending);
  if (done)
    return (
      <Dialog open onClose={close} place="wide" title="Connected" focus="first">
        <FirstText channelId={done} close={close} />
      </Dialog>
    );
  return (
    <Dialog open onClose={close} place="wide" title="Add a channel" focus={step === 0 ? "first" : "form"}>
      <Progress step={step} go={(next) => set({ step: next })} />
      <section ref={body} tabIndex={-1} aria-label={STEPS[step]} className="mx-auto max-w-[36rem] outline-none">
        {step > 1 && isPending && <Skeleton className="h-24 w-full" />}
        {step === 0 && <ChannelStep wizard={wizard} />}
        {step === 1 && <AccountStep wizard={wizard} back={() => set({ step: 0 })} />}
        {step === 2 && account && <ConnectStep wizard={wizard} accountId={account.id} problem={problem} />}
        {step === 3 && <ComplianceStep wizard={wizard} />}
        {step === 4 && account && (
          <DestinationStep
            wizard={wizard}
            accountId={account.id}
            refused={(sentence, change) => {
              setProblem(sentence);
              set({ ...change, step: 2 });
            }}
            connected={(channelId) => {
              forget();
              setDone(channelId);
            }}
          />
        )}
      </section>
    </Dialog>
  );
}

const CAN_HAVE_THE_KEYS = ':is(input, textarea, button, [role=tablist]):not(:disabled, [tabindex="-1"])';

/** A step that comes takes the keys: what was pressed is gone with the step before. The first one gets them from the dialog. */
function useKeysOfStep(step: number, isThere: boolean) {
  const body = useRef<HTMLElement>(null);
  const before = useRef(step);
  useEffect(() => {
    if (!isThere || before.current === step) return;
    before.current = step;
    (body.current?.querySelector<HTMLElement>(CAN_HAVE_THE_KEYS) ?? body.current)?.focus();
  }, [step, isThere]);
  return body;
}

/** The steps that are behind can be gone back to. */
const Progress = ({ step, go }: { step: number; go(step: number): void }) => (
  <ol
    aria-label="Steps"
    className="mb-6 flex flex-wrap gap-x-5 gap-y-1 border-b pb-3 text-sm max-md:mb-4 max-md:gap-x-2 max-md:pb-1"
  >
    {STEPS.map((name, n) => (
      <li key={name} aria-current={n === step ? "step" : undefined}>
        {n < step ? (
          <button
            type="button"
            onClick={() => go(n)}
            className="text-accent underline-offset-2 hover:underline max-md:min-h-11 max-md:min-w-8"
          >
            {n + 1} <span className="max-md:sr-only">{name}</span>
          </button>
        ) : (
          <span
            className={cx(
              "max-md:inline-flex max-md:min-h-11 max-md:min-w-8 max-md:items-center max-md:justify-center",
              n === step ? "font-semibold text-ink" : "text-ink-3",
            )}
          >
            {n + 1}&nbsp;<span className={cx(n !== step && "max-md:sr-only")}>{name}</span>
          </span>
        )}
      </li>
    ))}
  </ol>
);

function ChannelStep({ wizard: { set } }: { wizard: Wizard }) {
  return (
    <div className="grid gap-3">
      <button
        type="button"
        onClick={() => set({ step: 1 })}
        className="rounded-md border border-line-strong px-4 py-3 text-left hover:bg-sunken"
      >
        <span className="block font-semibold">SMS</span>
        <span className="block text-md text-ink-2">
          A phone number or Messaging Service of your Twilio account: one that you have, or a new one.
        </span>
      </button>
      <p className="text-sm text-ink-3">SMS is what Parley connects today.</p>
    </div>
  );
}

function ComplianceStep({ wizard: { draft, set } }: { wizard: Wizard }) {
  const value = draft.compliance ?? EMPTY_COMPLIANCE;
  const asked = usRegistration(draft.sender);
  return (
    <div className="grid gap-5">
      {asked !== "10dlc" ? (
        <CarrierNote of={asked} />
      ) : (
        <>
          <p className="text-md text-pretty text-ink-2">
            US carriers want to know who texts from an ordinary number, and what (10DLC). You may skip this and fill it
            in later under Edit. It is kept here as you type it; nothing is submitted.
          </p>
          <SmsComplianceForms value={value} onChange={(compliance) => set({ compliance })} />
        </>
      )}
      <div className="flex justify-between gap-2">
        <Button onClick={() => set({ step: 2 })}>Back</Button>
        <Button look="primary" onClick={() => set({ step: 4 })}>
          {draft.compliance || asked !== "10dlc" ? "Continue" : "Skip for now"}
        </Button>
      </div>
    </div>
  );
}
