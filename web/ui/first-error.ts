/** A form that comes back with something wrong shows it: its first field that is wrong is brought into view and gets the keys. */
import { useEffect } from "react";

/** Forms that were sent, until somebody types on in them: then the keys stay where they are. */
const sent = new WeakSet<EventTarget>();
addEventListener("submit", ({ target }) => target && sent.add(target), true);
addEventListener(
  "input",
  ({ target }) => target instanceof Element && sent.delete(target.closest("form") ?? target),
  true,
);

/** @param id the field's control; @param error what is wrong with it */
export function useFirstError(id: string, error: string | undefined): void {
  useEffect(() => {
    if (!error) return;
    const control = document.getElementById(id);
    const form = control?.closest("form");
    if (!control || !form || !sent.has(form) || form.querySelector("[aria-invalid=true]") !== control) return;
    control.focus({ preventScroll: true });
    control.scrollIntoView({ block: "center" });
  }, [id, error]);
}
