import { plural } from "../shell/words.ts";
import { here, sayIn } from "../shell/zones.ts";
import { sayDone, useActs } from "./acts.ts";
import { useDone } from "./after-act.ts";
import { useDialogs } from "./dialogs.ts";
import type { InboxSearch } from "./inbox-search.ts";
import { useTargets } from "./targets.ts";
import { TimeDialog } from "./time-dialog.tsx";

/** Puts conversations aside until a time that is one's own: when one wants to see them again. */
export function SnoozeDialog({ search }: { search: InboxSearch }) {
  const dialogs = useDialogs();
  const done = useDone(search);
  const { act } = useActs();
  const targets = useTargets();
  const zone = here();
  return (
    <TimeDialog
      title={targets.length > 1 ? `Snooze ${plural(targets.length, "conversation")}` : "Snooze"}
      about="Out of sight until then. It comes back at once when they write."
      zone={zone}
      whose="your"
      act="Snooze"
      choose={(at) => {
        const until = `Snoozed until ${sayIn(zone, at)}`;
        act(targets, { action: "snooze", snoozedUntil: at.toISOString() }, sayDone(targets.length, until));
        done();
      }}
      close={dialogs.close}
    />
  );
}
