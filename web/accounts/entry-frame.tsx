import { type ReactNode, useEffect } from "react";
import { isOwnAddress, publicUrl } from "../shell/page.ts";

export const LINK = "text-sm font-medium text-accent underline underline-offset-2";

/** A page before one is in: the mark, a heading, and one thing to do. */
export function EntryFrame({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Parley`;
  }, [title]);
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas p-4">
      <div className="w-full max-w-[23rem] py-6">
        <div
          aria-hidden
          className="mb-5 grid size-9 place-items-center rounded-md bg-accent text-lg font-bold text-accent-ink"
        >
          P
        </div>
        {isOwnAddress() ? (
          <>
            <h1 className="text-xl font-semibold tracking-tight text-balance">{title}</h1>
            {about && <p className="mt-1 text-md text-pretty text-ink-2">{about}</p>}
            <div className="mt-5">{children}</div>
          </>
        ) : (
          <Elsewhere />
        )}
      </div>
    </main>
  );
}

/** Signing in is refused to pages of other addresses: lead there instead of failing. */
function Elsewhere() {
  const there = `${publicUrl}${location.pathname}${location.search}${location.hash}`;
  return (
    <div className="grid gap-3">
      <h1 className="text-xl font-semibold tracking-tight">Parley has another address</h1>
      <p className="text-md text-ink-2">
        This page was opened at {location.origin}. Signing in works only at the address that Parley was set up for.
      </p>
      <a href={there} className={LINK}>
        Open {publicUrl}
      </a>
    </div>
  );
}
