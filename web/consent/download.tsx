import { Download as Icon } from "lucide-react";
import type { ReactNode } from "react";

/** A file of the server's, saved by the browser itself: it may be of any length. */
export const Download = ({ href, children }: { href: string; children: ReactNode }) => (
  <a
    href={href}
    download
    className="inline-flex min-h-8 items-center justify-center gap-1.5 rounded-sm border border-line-strong bg-surface px-2.5 py-1 text-sm font-medium whitespace-nowrap hover:bg-sunken max-md:min-h-11 max-md:px-3.5"
  >
    <Icon aria-hidden className="size-3.5" /> {children}
  </a>
);
