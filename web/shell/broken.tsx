import type { ErrorComponentProps } from "@tanstack/react-router";
import { isOffline, sentenceOf } from "../api/problems.ts";
import { Failed } from "../ui/state.tsx";

/** A page that could not be shown: the rest of the app stays usable. A chunk that is gone means that Parley was updated. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const updated = /dynamically imported module|module script/i.test(String(error));
  return (
    <main className="grid h-full place-items-center bg-surface">
      <Failed
        again={() => (updated || isOffline(error) ? location.reload() : reset())}
        act={updated ? "Load it again" : "Try again"}
      >
        {updated ? "Parley was updated since you opened this page. What you wrote is kept." : sentenceOf(error)}
      </Failed>
    </main>
  );
}
