import type { Activation } from "../../contract/activations.ts";
import { Steps } from "../ui/steps.tsx";

const ORDER: readonly Activation["state"][] = ["wanted", "subaccount", "number", "webhooks", "connected"];
/** From each of these to the next. */
const STEPS = ["Open a subaccount at Twilio", "Buy a number", "Send its texts and calls here", "Connect it"];

/** How far it is. It goes on by itself, also after a failure or a restart. */
export function ActivationSteps({ activation: { state, problem, settledAt } }: { activation: Activation }) {
  const leaving = state === "undoing" || state === "releasing";
  const done = ORDER.indexOf(state);
  return (
    <div role="status" className="grid gap-2">
      {leaving ? (
        <p className="text-md text-ink-2">
          The number goes back to Twilio and its subaccount is closed. You need not wait here.
        </p>
      ) : (
        <Steps steps={STEPS} done={done} busy={!settledAt} />
      )}
      {problem && (
        <p className="text-sm text-pretty text-warn">
          {problem.message} {settledAt || leaving ? "" : "You need not wait here."}
        </p>
      )}
    </div>
  );
}
