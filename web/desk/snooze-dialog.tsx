import { plural } from "../shell/words.ts";
import { sayAppointment } from "../shell/zones.ts";
import { sayDone, useActs } from "./acts.ts";
import { useDone } from "./after-act.ts";
import { useDeskZone } from "./clocks.ts";
import { useDialogs } from "./dialogs.ts";
import type { InboxSearch } from "./inbox-search.ts";
import { useTargets } from "./targets.ts";
import { TimeDialog } from "./time-dialog.tsx";

/** Puts conversations aside until one wants to see them again. */
export function SnoozeDialog({ search }: { search: InboxSearch }) {
  const dialogs = useDialogs();
  const done = useDone(search);
  const { act } = useActs();
  const targets = useTargets();
  const zone = useDeskZone();
  return (
    <TimeDialog
      title={targets.length > 1 ? `Snooze ${plural(targets.length, "conversation")}` : "Snooze"}
      about="Out of sight until then. It comes back at once when they write."
      zone={zone}
      act="Snooze"
      choose={(at) => {
        const until = `Snoozed until ${sayAppointment(zone, at)}`;
        act(targets, { action: "snooze", snoozedUntil: at.toISOString() }, sayDone(targets.length, until));
        done();
      }}
      close={dialogs.close}
    />
  );
}
