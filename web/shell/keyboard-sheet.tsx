import { Kbd } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useMe } from "./session.ts";

type Row = readonly [keys: readonly string[], act: string];

const KEYS: readonly Row[] = [
  [["J", "↓"], "Next conversation"],
  [["K", "↑"], "Previous conversation"],
  [["Enter"], "Open it"],
  [["R"], "Write an answer"],
  [["N"], "Write a note"],
  [["C"], "New conversation"],
  [["X"], "Pick, for an act on several"],
  [["E"], "Resolve, or reopen"],
  [["A"], "Assign"],
  [["S"], "Snooze"],
  [["T"], "Tag"],
  [["U"], "Mark unread"],
  [["/"], "Search; in an answer, a quick reply"],
  [["Ctrl Enter", "⌘ Enter"], "Send what is written"],
  [["Ctrl K", "⌘ K"], "Go anywhere, do anything"],
  [["Esc"], "Leave a field, close a dialog"],
  [["?"], "This list"],
];
const IN_THE_DEMO: readonly Row[] = [[["P"], "Write on the customer’s phone"]];

export const KeyboardSheet = ({ onClose }: { onClose(): void }) => (
  <Dialog open onClose={onClose} title="Keyboard">
    <dl className="grid grid-cols-[12rem_1fr] gap-y-2.5 text-md">
      {[...KEYS, ...(useMe().demo ? IN_THE_DEMO : [])].map(([keys, act]) => (
        <div key={act} className="contents">
          <dt className="flex items-start gap-1.5">
            {keys.map((key) => (
              <Kbd key={key} className="whitespace-nowrap max-md:inline!">
                {key}
              </Kbd>
            ))}
          </dt>
          <dd>{act}</dd>
        </div>
      ))}
    </dl>
  </Dialog>
);
