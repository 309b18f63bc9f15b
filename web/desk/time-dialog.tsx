import { CalendarClock } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useState } from "react";
import { isOurTime, momentOf, placeOf, sayIn, wallIn } from "../shell/zones.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import type { TheirClocks } from "./clocks.ts";
import { momentsFrom } from "./moments.ts";

const MINUTE_MS = 60_000;

interface Props {
  title: string;
  /** One sentence under the title. */
  about: string;
  /** By the clocks of which time zone: the desk's. */
  zone: string;
  /** The clocks of whoever hears of it then, where they are known: what they show is told beside. */
  theirs?: TheirClocks | null;
  /** What the button says it does at that time. */
  act: string;
  choose(at: Date): void;
  close(): void;
}

/** Asks when: one of the moments that people mean, or an exact time. */
export function TimeDialog({ title, about, zone, theirs = null, act, choose, close }: Props) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const ticking = setInterval(() => setNow(new Date()), MINUTE_MS);
    return () => clearInterval(ticking);
  }, []);
  const [exact, setExact] = useState(() => wallIn(zone, momentsFrom(now, zone).at(-1)?.at ?? now));
  const [asked, setAsked] = useState(false);
  const at = exact ? momentOf(zone, exact) : null;
  const problem =
    !at || Number.isNaN(at.getTime()) ? "Choose a day and a time." : at <= now ? "This time is past." : null;
  const where = isOurTime(zone, now) ? "" : ` All times are ${placeOf(zone)}’s, by the workspace’s clocks.`;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (at && !problem) pick(at);
  };
  /** What is past by now is not chosen: the machine may have slept since it was shown. */
  const pick = (moment: Date) => (moment > new Date() ? choose(moment) : setNow(new Date()));
  return (
    <Dialog open onClose={close} title={title} about={`${about}${where}`} focus="first">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys go along the buttons in it */}
      <div className="-mx-2 grid" onKeyDown={alongButtons}>
        {momentsFrom(now, zone).map((moment) => (
          <button
            key={moment.name}
            type="button"
            onClick={() => pick(moment.at)}
            className="flex min-h-9 items-center gap-3 rounded-sm px-2 text-left text-md -outline-offset-2 hover:bg-sunken max-md:min-h-11"
          >
            <span className="flex-1">{moment.name}</span>
            <span className="text-sm text-ink-3 tabular">{sayIn(zone, moment.at)}</span>
          </button>
        ))}
      </div>
      <form onSubmit={submit} noValidate className="mt-3 border-t pt-3">
        <Field
          label="At an exact time"
          error={asked ? (problem ?? undefined) : undefined}
          help={theirs && at && !problem ? sayThere(theirs, zone, at) : undefined}
        >
          {(field) => (
            <div className="flex gap-2">
              <Input
                {...field}
                type="datetime-local"
                value={exact}
                min={wallIn(zone, now)}
                onChange={(event) => setExact(event.target.value)}
              />
              <Button type="submit" look="primary" className="h-9 max-md:h-11">
                <CalendarClock aria-hidden className="size-3.5" /> {act}
              </Button>
            </div>
          )}
        </Field>
      </form>
    </Dialog>
  );
}

/** What their clocks show then, where they show another time than ours. */
const sayThere = ({ zone, whose }: TheirClocks, ours: string, at: Date): string | undefined =>
  wallIn(zone, at) === wallIn(ours, at) ? undefined : `By ${whose} clocks: ${sayIn(zone, at)} (${placeOf(zone)}).`;

function alongButtons(event: KeyboardEvent<HTMLElement>): void {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.indexOf(event.target as HTMLButtonElement);
  buttons[(at + by + buttons.length) % buttons.length]?.focus();
}
