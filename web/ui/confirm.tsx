import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { FormProblem } from "./form-problem.tsx";

/** Asks before what can't be undone, saying what follows from it. */
export function Confirm({
  title,
  children,
  act,
  busy,
  problem,
  onConfirm,
  onClose,
}: {
  title: string;
  /** What follows from it. */
  children: ReactNode;
  /** What the button says it does. */
  act: string;
  busy: boolean;
  problem: string | null;
  onConfirm(): void;
  onClose(): void;
}) {
  return (
    <Dialog open onClose={onClose} title={title}>
      <div className="grid gap-4">
        <p className="text-md text-pretty text-ink-2">{children}</p>
        <FormProblem>{problem}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" busy={busy} onClick={onConfirm}>
            {act}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
