import { useMutation } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { sentenceOf } from "../api/problems.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormProblem } from "../ui/form-problem.tsx";

/** Dialogs stand in the address, too: going to another page is what leaves. */
const leaves = ({ current, next }: { current: { pathname: string }; next: { pathname: string } }): boolean =>
  current.pathname !== next.pathname;

/**
 * Asks before a page is left on which something is not saved; where the whole app is left, the browser asks.
 *
 * @param save null: it is not whole yet, or is better saved where it stands
 * @param sayProblem what kept it from being saved
 */
export function LeaveUnsaved({
  name,
  isUnsaved,
  save = null,
  sayProblem = sentenceOf,
}: {
  name: string;
  isUnsaved: boolean;
  save?: (() => Promise<unknown>) | null;
  sayProblem?(error: Error): string;
}) {
  const leaving = useBlocker({ shouldBlockFn: leaves, disabled: !isUnsaved, withResolver: true });
  const saving = useMutation({ mutationFn: async () => save?.() });
  if (leaving.status !== "blocked") return null;
  const stay = () => {
    saving.reset();
    leaving.reset();
  };
  return (
    <Dialog open onClose={stay} title="Leave without saving?" focus="first">
      <div className="grid gap-4">
        <p className="text-md text-pretty text-ink-2">
          What you changed of {name} is not saved. If you leave now, it is lost.
        </p>
        <FormProblem>{saving.isError ? sayProblem(saving.error) : null}</FormProblem>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={stay}>Stay</Button>
          <Button onClick={leaving.proceed}>Leave without saving</Button>
          {save && (
            <Button
              look="primary"
              busy={saving.isPending}
              onClick={() => saving.mutate(undefined, { onSuccess: leaving.proceed })}
            >
              Save and leave
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
