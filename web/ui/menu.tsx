import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx.ts";

/** Acts behind a button. Focus goes back to the button. */
export function Menu({
  trigger,
  align = "end",
  side = "bottom",
  open,
  onOpenChange,
  children,
}: {
  trigger: ReactElement;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  open?: boolean;
  onOpenChange?(open: boolean): void;
  children: ReactNode;
}) {
  return (
    <Radix.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange } : {})}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="anim-fade z-50 max-h-[70vh] min-w-48 max-w-80 overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function MenuItem({
  onSelect,
  checked,
  danger = false,
  hint,
  className,
  children,
}: {
  onSelect(): void;
  /** Shows a mark: one of several is chosen. */
  checked?: boolean;
  danger?: boolean;
  hint?: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Radix.Item
      onSelect={onSelect}
      {...(checked === undefined ? {} : { "aria-current": checked })}
      className={cx(
        "flex items-center gap-2 rounded-sm px-2 py-1.5 text-md outline-none data-highlighted:bg-sunken max-md:min-h-11 [&>svg]:size-4 [&>svg]:text-ink-3",
        danger && "text-bad",
        className,
      )}
    >
      <span className="flex min-w-0 flex-1 items-center gap-2 truncate [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-ink-3">
        {children}
      </span>
      {checked && <Check aria-hidden className="text-accent!" />}
      {hint && <span className="font-mono text-xs text-ink-3">{hint}</span>}
    </Radix.Item>
  );
}

export const MenuTitle = ({ children }: { children: ReactNode }) => (
  <Radix.Label className="px-2 pt-1.5 pb-1 text-xs font-semibold text-ink-3">{children}</Radix.Label>
);

export const MenuLine = () => <Radix.Separator className="my-1 h-px bg-line" />;
