import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";

/** Rows of the same shape. On a phone each row is a block of its own, and the heads are for screen readers alone. */
export const Table = ({ label, head, children }: { label: string; head: ReactNode; children: ReactNode }) => (
  <table aria-label={label} className="w-full border-collapse text-left max-md:block">
    <thead className="border-b text-sm text-ink-3 max-md:sr-only">
      <tr>{head}</tr>
    </thead>
    <tbody className="max-md:block">{children}</tbody>
  </table>
);

export const Head = ({ className, children }: { className?: string; children: ReactNode }) => (
  <th scope="col" className={cx("h-9 pr-3 font-medium", className)}>
    {children}
  </th>
);

/** A head that sorts by its column: up, then down. */
export function SortHead({
  sorted,
  onSort,
  children,
}: {
  sorted: "ascending" | "descending" | "none";
  onSort(): void;
  children: ReactNode;
}) {
  const Arrow = sorted === "descending" ? ArrowDown : ArrowUp;
  return (
    <th scope="col" aria-sort={sorted} className="h-9 pr-3 font-medium whitespace-nowrap">
      <button type="button" onClick={onSort} className="inline-flex items-center gap-1 hover:text-ink">
        {children}
        <Arrow aria-hidden className={cx("size-3", sorted === "none" && "invisible")} />
      </button>
    </th>
  );
}
