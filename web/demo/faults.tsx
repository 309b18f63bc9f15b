/** Faults of the provider to play with: what each does, and where to look. */
import { useMutation } from "@tanstack/react-query";
import { ChevronDown, TriangleAlert } from "lucide-react";
import type { DemoFault, DemoPhones } from "../../contract/demo.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Popover } from "../ui/popover.tsx";
import { useToast } from "../ui/toast.tsx";

const FAULTS: ReadonlyArray<{ kind: DemoFault; name: string; does: string; watch: string }> = [
  {
    kind: "none",
    name: "None",
    does: "The provider works as it should.",
    watch: "your answer is on the phone in about a second.",
  },
  {
    kind: "delay",
    name: "Slow",
    does: "The provider takes 3 seconds to answer each send.",
    watch: "your answer stays at “Sending” for a while, and then arrives, once.",
  },
  {
    kind: "failure",
    name: "Not delivered",
    does: "The carrier can’t reach the phone, as if it were switched off.",
    watch: "your answer turns “Not delivered”, with the reason in words. Nothing comes to the phone.",
  },
  {
    kind: "lost_answer",
    name: "Lost answer",
    does: "The provider takes each message, and the connection breaks before it can say so.",
    watch: "your answer comes to the phone once. Parley finds out that it left, and does not send it again.",
  },
];

export function Faults({ fault }: { fault: DemoFault }) {
  const { client, cache } = useApi();
  const may = useMay();
  const say = useToast();
  const play = useMutation({
    mutationFn: (kind: DemoFault) =>
      client.ask<{ kind: DemoFault }>("/api/demo/faults", { method: "POST", body: { kind } }),
    onSuccess: ({ kind }) =>
      cache.setQueryData<DemoPhones>(keys.demoPhones, (phones) => phones && { ...phones, fault: kind }),
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  const on = FAULTS.find((each) => each.kind === fault && each.kind !== "none");
  const reason = may("inbox.reply") ? null : NOT_ALLOWED;
  const trigger = (
    <Button look="quiet" reason={reason} className={cx("justify-self-center", on && "bg-warn-soft! text-warn!")}>
      {on && <TriangleAlert aria-hidden className="size-3.5" />}
      {on ? `Fault: ${on.name.toLowerCase()}` : "Play with faults"}
      <ChevronDown aria-hidden className="size-3.5" />
    </Button>
  );
  return (
    <div className="grid shrink-0 gap-1">
      {reason ? (
        trigger
      ) : (
        <Popover label="Faults of the provider" trigger={trigger} align="center">
          <fieldset className="-m-1.5 grid max-h-[65dvh] gap-1 overflow-y-auto p-1.5" disabled={play.isPending}>
            <legend className="mb-2 text-sm text-ink-2">What should go wrong when the business sends?</legend>
            {FAULTS.map((each) => (
              <label
                key={each.kind}
                className="grid cursor-pointer grid-cols-[auto_1fr] gap-x-2 rounded-sm px-1.5 py-1.5 hover:bg-sunken has-checked:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-focus"
              >
                <input
                  type="radio"
                  name="fault"
                  checked={each.kind === fault}
                  onChange={() => play.mutate(each.kind)}
                  className="mt-[3px] self-start accent-(--accent) outline-none"
                />
                <span className="grid gap-0.5">
                  <span className="text-md font-medium">{each.name}</span>
                  <span className="text-sm text-pretty text-ink-2">{each.does}</span>
                  <span className="text-sm text-pretty text-ink-3">Watch: {each.watch}</span>
                </span>
              </label>
            ))}
          </fieldset>
        </Popover>
      )}
      <p role="status" className={cx(on && "px-2 text-center text-sm text-pretty text-ink-2")}>
        {on && `Answer them, and watch: ${on.watch}`}
      </p>
    </div>
  );
}
