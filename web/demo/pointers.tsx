/** Leads to the phone, where it is not before one's eyes and where somebody sees the demo for the first time. */
import { Link } from "@tanstack/react-router";
import { Smartphone } from "lucide-react";
import { useEffect, useRef } from "react";
import type { InboxSearch } from "../desk/inbox-search.ts";
import { useKeys } from "../shell/keyboard.ts";
import { Kbd } from "../ui/button.tsx";
import { type PhonePlace, showPhone, takesFocus } from "./phone-place.ts";

const LINK = "text-sm font-medium text-accent underline underline-offset-2";

/** Under the list, while the phone is away. */
export function PhoneStrip({ place }: { place: PhonePlace }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (takesFocus("strip")) button.current?.focus();
  });
  return (
    <p className="mt-auto flex shrink-0 items-center gap-2 border-t px-3.5 py-2 text-sm text-ink-2 max-md:py-0">
      <Smartphone aria-hidden className="size-4 shrink-0 text-ink-3" />
      <span className="flex-1">This is a demo.</span>
      {place.roomy ? <TakeOut button={button} /> : <OwnScreen />}
    </p>
  );
}

function TakeOut({ button }: { button: React.RefObject<HTMLButtonElement | null> }) {
  useKeys({ p: () => showPhone(true) });
  return (
    <>
      <button ref={button} type="button" aria-keyshortcuts="P" onClick={() => showPhone(true)} className={LINK}>
        Text as a customer
      </button>
      <Kbd>P</Kbd>
    </>
  );
}

const OwnScreen = () => (
  <Link
    to="."
    search={(before: InboxSearch) => ({ ...before, panel: "phone" as const })}
    className={`${LINK} inline-flex items-center max-md:min-h-11`}
  >
    Text as a customer
  </Link>
);

/** What to do first, where no conversation is open. */
export const FirstSteps = ({ place }: { place: PhonePlace }) => (
  <div className="anim-late mx-auto grid max-w-[340px] gap-3 px-6 py-12">
    <h2 className="text-lg font-semibold tracking-tight">Be a customer first</h2>
    <ol className="grid list-decimal gap-2 pl-5 text-md text-pretty text-ink-2 marker:text-ink-3">
      <li>Tap a text on the phone{place.at === "beside" ? " on the right" : ""}, or write one.</li>
      <li>
        See it come in at the top of the list. The studio’s agent answers from what it knows, and shows its source.
      </li>
      <li>Open it, take over, and answer yourself. Your words arrive on the phone.</li>
      <li>Text STOP, and try to write to them again.</li>
    </ol>
    {place.at === "away" && (place.roomy ? <TakeOutHere /> : <OwnScreen />)}
    <p className="text-sm text-pretty text-ink-3">
      The provider is simulated, so nobody is texted and nothing costs anything. J and K go through the list, ? shows
      the other keys.
    </p>
  </div>
);

const TakeOutHere = () => (
  <button type="button" onClick={() => showPhone(true)} className={`${LINK} justify-self-start`}>
    Take out the phone
  </button>
);
