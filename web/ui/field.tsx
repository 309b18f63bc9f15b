import { type ComponentProps, type ReactNode, useId } from "react";
import { cx } from "./cx.ts";
import { useFirstError } from "./first-error.ts";

const BOX =
  "w-full rounded-sm border border-line-strong bg-surface px-2.5 text-md text-ink max-md:text-[16px] aria-invalid:border-bad focus-visible:outline-offset-0";

export const Input = ({ className, ...rest }: ComponentProps<"input">) => (
  <input {...rest} className={cx(BOX, "h-9 max-md:h-11", className)} />
);

export const Textarea = ({ className, ...rest }: ComponentProps<"textarea">) => (
  <textarea {...rest} className={cx(BOX, "py-2 leading-normal", className)} />
);

interface FieldAttributes {
  id: string;
  "aria-invalid": true | undefined;
  "aria-describedby": string | undefined;
}

/** A label, its control, and beneath it what is wrong, or else what helps. */
export function Field({
  label,
  help,
  error,
  children,
}: {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  children: (attributes: FieldAttributes) => ReactNode;
}) {
  const id = useId();
  useFirstError(id, error);
  const below = error ?? help;
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium text-ink-2">
        {label}
      </label>
      {children({
        id,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": below ? `${id}-below` : undefined,
      })}
      {below && (
        <p
          id={`${id}-below`}
          role={error ? "alert" : undefined}
          className={cx("text-sm", error ? "text-bad" : "text-ink-3")}
        >
          {below}
        </p>
      )}
    </div>
  );
}
