import { Switch as Radix } from "radix-ui";

export function Switch({
  checked,
  onChange,
  label,
  about,
  disabled = false,
}: {
  checked: boolean;
  onChange(checked: boolean): void;
  label: string;
  /** What follows from it, on hover and for who listens. */
  about?: string;
  disabled?: boolean;
}) {
  return (
    <Radix.Root
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled}
      aria-label={label}
      title={about}
      className="relative h-5 w-9 shrink-0 rounded-full bg-ink-3 transition-colors duration-100 data-disabled:opacity-55 data-[state=checked]:bg-accent max-md:my-3"
    >
      <Radix.Thumb className="block size-4 translate-x-0.5 rounded-full bg-surface shadow-float transition-transform duration-200 ease-calm data-[state=checked]:translate-x-4.5" />
    </Radix.Root>
  );
}
