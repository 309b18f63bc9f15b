import { Check, Circle, LoaderCircle } from "lucide-react";
import { cx } from "./cx.ts";

/**
 * Steps that are taken by themselves, one after the other.
 * @param done how many are behind it
 * @param busy whether the next one is being taken
 */
export function Steps({ steps, done, busy }: { steps: readonly string[]; done: number; busy: boolean }) {
  return (
    <ol className="grid gap-1.5">
      {steps.map((words, at) => {
        const isDone = at < done;
        const isNow = at === done && busy;
        const Icon = isDone ? Check : isNow ? LoaderCircle : Circle;
        return (
          <li
            key={words}
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
  );
}
