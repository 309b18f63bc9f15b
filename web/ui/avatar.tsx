import { cx } from "./cx.ts";

/** Up to two letters or digits that stand for a person; the ends of a number for who has no name. */
function lettersOf(name: string): string {
  if (/^[+\d]/.test(name)) return name.replace(/\D/g, "").slice(-2);
  const letters = name.split(/\s+/).flatMap((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? []);
  return `${letters[0] ?? [...name.trim()][0] ?? ""}${letters.length > 1 ? letters.at(-1) : ""}`.toUpperCase();
}

/** Says nothing to a screen reader: the name stands beside it. The letters are drawn, so that they are no text of a button's. */
export const Avatar = ({ name, large = false }: { name: string; large?: boolean }) => (
  <span
    aria-hidden
    data-letters={lettersOf(name)}
    className={cx(
      "grid before:content-[attr(data-letters)] shrink-0 place-items-center rounded-full bg-sunken font-semibold text-ink-2 tabular shadow-[inset_0_0_0_1px_var(--line)]",
      large ? "size-[42px] text-[14px]" : "size-[30px] text-xs",
    )}
  />
);
