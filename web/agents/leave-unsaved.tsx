import { useMutation } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { type AgentForm, sayNotSaved } from "./use-agent-form.ts";

/** Dialogs stand in the address, too: going to another page is what leaves. */
const leaves = ({ current, next }: { current: { pathname: string }; next: { pathname: string } }): boolean =>
  current.pathname !== next.pathname;

/** Asks before a page is left on which something is not saved; where the whole app is left, the browser asks. */
export function LeaveUnsaved({ name, form }: { name: string; form: AgentForm }) {
  const leaving = useBlocker({ shouldBlockFn: leaves, disabled: !form.isUnsaved, withResolver: true });
  const save = useMutation({ mutationFn: form.save });
  if (leaving.status !== "blocked") return null;
  const stay = () => {
    save.reset();
    leaving.reset();
  };
  return (
    <Dialog open onClose={stay} title="Leave without saving?" focus="first">
      <div className="grid gap-4">
        <p className="text-md text-pretty text-ink-2">
          What you changed of {name} is not saved. If you leave now, it is lost.
        </p>
        <FormProblem>{save.isError ? sayNotSaved(save.error) : null}</FormProblem>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={stay}>Stay</Button>
          <Button onClick={leaving.proceed}>Leave without saving</Button>
          <Button
            look="primary"
            busy={save.isPending}
            onClick={() => save.mutate(undefined, { onSuccess: leaving.proceed })}
          >
            Save and leave
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
