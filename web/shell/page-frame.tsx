import { type ReactNode, useEffect } from "react";
import { cx } from "../ui/cx.ts";

/** A page that is not the inbox: a title, its acts, and what it shows. */
export function PageFrame({
  title,
  about,
  act,
  wide = false,
  children,
}: {
  title: string;
  about?: ReactNode;
  act?: ReactNode;
  /** For a table of many columns. */
  wide?: boolean;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Parley`;
  }, [title]);
  return (
    <main className="relative h-full overflow-y-auto border-l bg-surface max-md:border-l-0">
      <div className={cx("mx-auto px-8 pt-6 pb-16 max-md:px-4 max-md:pt-4", wide ? "max-w-[76rem]" : "max-w-[60rem]")}>
        <header className="mb-5 flex flex-wrap items-start gap-3 max-md:items-center max-md:gap-y-1">
          <div className="min-w-0 flex-1 max-md:contents">
            <h1 className="min-w-0 text-xl font-[650] tracking-tight max-md:flex-1">{title}</h1>
            {about && (
              <p className="mt-0.5 max-w-[44rem] text-md text-pretty text-ink-2 max-md:order-last max-md:w-full">
                {about}
              </p>
            )}
          </div>
          {act}
        </header>
        {children}
      </div>
    </main>
  );
}
