import { getNonce } from "get-nonce";
import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import { cx } from "./cx.ts";

export interface Choice {
  value: string;
  label: string;
}

/** One of a few. The name comes from `label` (aria) or from a Field's id. */
export function Select({
  value,
  choices,
  onChange,
  label,
  placeholder,
  disabled = false,
  className,
  ...field
}: {
  value: string;
  choices: readonly Choice[];
  onChange(value: string): void;
  label?: string;
  placeholder?: string;
  disabled?: boolean;
  className?: string;
  id?: string;
  "aria-invalid"?: true | undefined;
  "aria-describedby"?: string | undefined;
}) {
  return (
    <Radix.Root value={value} onValueChange={onChange} disabled={disabled}>
      <Radix.Trigger
        {...field}
        aria-label={label}
        className={cx(
          "inline-flex h-9 w-full items-center justify-between gap-2 rounded-sm border border-line-strong bg-surface px-2.5 text-left text-md text-ink aria-invalid:border-bad data-disabled:opacity-55 data-placeholder:text-ink-3 max-md:h-11",
          className,
        )}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-ink-3" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="anim-fade z-50 max-h-80 min-w-(--radix-select-trigger-width) overflow-hidden rounded-md border border-line bg-raised p-1 shadow-float"
        >
          <Radix.Viewport nonce={getNonce()}>
            {choices.map((choice) => (
              <Radix.Item
                key={choice.value}
                value={choice.value}
                className="flex cursor-pointer items-center gap-2 rounded-sm py-1.5 pr-2 pl-7 text-md outline-none data-highlighted:bg-sunken data-[state=checked]:pl-2 max-md:py-2.5"
              >
                <Radix.ItemIndicator>
                  <Check aria-hidden className="size-3.5 text-accent" />
                </Radix.ItemIndicator>
                <Radix.ItemText>{choice.label}</Radix.ItemText>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
