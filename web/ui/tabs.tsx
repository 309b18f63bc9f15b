import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** Two or three ways to do one thing, one of them shown. */
export const Tabs = ({
  label,
  value,
  onChange,
  tabs,
}: {
  label: string;
  value: string;
  onChange(value: string): void;
  tabs: ReadonlyArray<{ value: string; label: string; content: ReactNode }>;
}) => (
  <Radix.Root value={value} onValueChange={onChange}>
    <Radix.List aria-label={label} className="mb-4 flex gap-4 border-b">
      {tabs.map((tab) => (
        <Radix.Trigger
          key={tab.value}
          value={tab.value}
          className="-mb-px border-b-2 border-transparent py-2 text-md font-medium text-ink-3 -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink max-md:py-3"
        >
          {tab.label}
        </Radix.Trigger>
      ))}
    </Radix.List>
    {tabs.map((tab) => (
      <Radix.Content key={tab.value} value={tab.value} className="outline-none">
        {tab.content}
      </Radix.Content>
    ))}
  </Radix.Root>
);
