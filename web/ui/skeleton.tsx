import { cx } from "./cx.ts";

/** The shape of what is on its way; shows itself only after 150 ms. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden className={cx("anim-late block rounded-sm bg-sunken", className)}>
    <span className="anim-pulse block h-full w-full rounded-sm bg-line" />
  </span>
);
