import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";
import { Tooltip } from "./tooltip.tsx";

const LOOKS = {
  plain: "border-line-strong bg-surface text-ink hover:bg-sunken",
  primary: "border-transparent bg-accent text-accent-ink hover:opacity-90",
  quiet: "border-transparent text-ink-2 hover:bg-sunken hover:text-ink",
  danger: "border-transparent bg-bad text-surface hover:opacity-90",
} as const;

interface Props extends Omit<ComponentProps<"button">, "disabled"> {
  look?: keyof typeof LOOKS;
  /** Why it can't act now: it looks disabled, and says so on hover and focus. */
  reason?: string | null | undefined;
  /** The act is under way: a second press does nothing. */
  busy?: boolean;
}

export function Button({ look = "plain", reason, busy = false, className, onClick, type = "button", ...rest }: Props) {
  const off = Boolean(reason) || busy;
  const button = (
    <button
      {...rest}
      type={off && type === "submit" ? "button" : type}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      onClick={off ? (event) => event.preventDefault() : onClick}
      className={cx(
        "inline-flex min-h-8 items-center justify-center gap-1.5 whitespace-nowrap rounded-sm border px-2.5 py-1 text-sm font-medium transition-[background,opacity] duration-100 max-md:min-h-11 max-md:px-3.5",
        LOOKS[look],
        off && "cursor-default! opacity-55 hover:opacity-55",
        className,
      )}
    />
  );
  return reason ? <Tooltip text={reason}>{button}</Tooltip> : button;
}

interface IconProps extends Omit<Props, "look" | "children" | "aria-label"> {
  /** What it does, for everybody who can't see the icon, and on hover. */
  label: string;
  /** The key that does the same. */
  hint?: string;
  side?: "top" | "right" | "bottom" | "left";
  children: ReactNode;
}

export function IconButton({ label, hint, side = "bottom", reason, busy, className, onClick, ...rest }: IconProps) {
  const off = Boolean(reason) || busy;
  return (
    <Tooltip
      side={side}
      text={
        reason ?? (
          <>
            {label}
            {hint && <span className="ml-2 font-mono opacity-70">{hint}</span>}
          </>
        )
      }
    >
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-disabled={off || undefined}
        onClick={off ? (event) => event.preventDefault() : onClick}
        className={cx(
          "inline-grid size-8 shrink-0 place-items-center rounded-sm text-ink-3 transition-colors duration-100 hover:bg-sunken hover:text-ink max-md:size-11 [&_svg]:size-[17px]",
          off && "cursor-default! opacity-55",
          className,
        )}
      />
    </Tooltip>
  );
}

export const Kbd = ({ children, className }: { children: ReactNode; className?: string }) => (
  <kbd
    className={cx(
      "rounded-[5px] border border-line px-1 font-mono text-[10.5px] font-medium text-ink-3 max-md:hidden",
      className,
    )}
  >
    {children}
  </kbd>
);
