import { Check, ChevronRight } from "lucide-react";
import { Accordion as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** Sections of a long form, several of which may be open. */
export const Accordion = ({
  open,
  onOpen,
  children,
}: {
  open: string[];
  onOpen(open: string[]): void;
  children: ReactNode;
}) => (
  <Radix.Root type="multiple" value={open} onValueChange={onOpen} className="border-t">
    {children}
  </Radix.Root>
);

export const AccordionSection = ({
  name,
  title,
  filled,
  aside,
  children,
}: {
  name: string;
  title: string;
  /** Whether nothing in it is left empty. */
  filled: boolean;
  aside?: ReactNode;
  children: ReactNode;
}) => (
  <Radix.Item value={name} className="border-b">
    <Radix.Header>
      <Radix.Trigger className="group flex min-h-10 w-full items-center gap-2 py-2 text-left text-md font-medium -outline-offset-2 max-md:min-h-11">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-ink-3 transition-transform duration-100 group-data-[state=open]:rotate-90"
        />
        <span className="flex-1">{title}</span>
        {aside}
        {filled && (
          <span className="inline-flex items-center gap-1 text-sm font-normal text-accent">
            <Check aria-hidden className="size-3.5" /> Filled
          </span>
        )}
      </Radix.Trigger>
    </Radix.Header>
    <Radix.Content className="grid gap-4 pt-1 pb-5 pl-6 max-md:pl-0">{children}</Radix.Content>
  </Radix.Item>
);
