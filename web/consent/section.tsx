import type { ReactNode } from "react";

/** A part of the page under a heading of its own. */
export const Section = ({ title, about, children }: { title: string; about: ReactNode; children: ReactNode }) => (
  <section aria-label={title} className="grid grid-cols-1 gap-4">
    <div>
      <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
      <p className="max-w-[44rem] text-md text-pretty text-ink-2">{about}</p>
    </div>
    {children}
  </section>
);
