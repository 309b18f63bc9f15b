import { Command as Cmdk } from "cmdk";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { QuietToasts } from "./toast.tsx";

/** The palette: type a few letters, press Enter. */
export function Command({
  open,
  onClose,
  label,
  placeholder,
  children,
}: {
  open: boolean;
  onClose(): void;
  label: string;
  placeholder: string;
  children: ReactNode;
}) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="anim-fade fixed inset-0 z-40 bg-[rgb(20_20_18/35%)]" />
        <Radix.Content
          aria-describedby={undefined}
          className="anim-appear fixed top-[14vh] left-1/2 z-40 w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-lg bg-raised shadow-float"
        >
          <QuietToasts />
          <Radix.Title className="sr-only">{label}</Radix.Title>
          <Cmdk label={label} loop>
            <Cmdk.Input
              placeholder={placeholder}
              className="h-12 w-full border-b border-line bg-transparent px-4 text-lg outline-none max-md:text-[16px]"
            />
            <Cmdk.List className="max-h-[50vh] overflow-y-auto p-1.5">
              <Cmdk.Empty className="px-3 py-6 text-center text-sm text-ink-2">Nothing goes by that name.</Cmdk.Empty>
              {children}
            </Cmdk.List>
          </Cmdk>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export const CommandGroup = ({ title, children }: { title: string; children: ReactNode }) => (
  <Cmdk.Group
    heading={title}
    className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-ink-3"
  >
    {children}
  </Cmdk.Group>
);

export const CommandItem = ({ onSelect, hint, children }: { onSelect(): void; hint?: string; children: ReactNode }) => (
  <Cmdk.Item
    onSelect={onSelect}
    className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-sm px-2.5 text-md data-[selected=true]:bg-sunken [&>svg]:size-4 [&>svg]:text-ink-3"
  >
    {children}
    {hint && <span className="ml-auto font-mono text-xs text-ink-3">{hint}</span>}
  </Cmdk.Item>
);
