import { Check, Circle, LoaderCircle } from "lucide-react";
import type { Activation } from "../../contract/activations.ts";
import { cx } from "../ui/cx.ts";

const STEPS: ReadonlyArray<readonly [done: Activation["state"], words: string]> = [
  ["subaccount", "Open a subaccount at Twilio"],
  ["number", "Buy a number"],
  ["webhooks", "Send its texts and calls here"],
  ["connected", "Connect it"],
];
const ORDER: readonly Activation["state"][] = ["wanted", "subaccount", "number", "webhooks", "connected"];

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
        <ol className="grid gap-1.5">
          {STEPS.map(([after, words], at) => {
            const isDone = ORDER.indexOf(after) <= done;
            const isNow = at === done && !settledAt;
            const Icon = isDone ? Check : isNow ? LoaderCircle : Circle;
            return (
              <li
                key={after}
                aria-current={isNow ? "step" : undefined}
                className={cx("flex items-center gap-2 text-md", isDone || isNow ? "text-ink" : "text-ink-3")}
              >
                <Icon
                  aria-hidden
                  className={cx(
                    "size-4 shrink-0",
                    isDone && "text-accent",
                    isNow && "animate-spin motion-reduce:animate-none",
                  )}
                />
                {words}
                {isDone && <span className="sr-only">: done</span>}
              </li>
            );
          })}
        </ol>
      )}
      {problem && (
        <p className="text-sm text-pretty text-warn">
          {problem.message} {settledAt ? "" : "Parley goes on by itself; you need not wait here."}
        </p>
      )}
    </div>
  );
}
