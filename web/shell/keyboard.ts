/** Keys that act anywhere on a page: not while somebody types, nor under a dialog or menu. */
import { useEffect, useRef } from "react";

const TYPING = "input, textarea, select, [contenteditable=true], [data-writing]";
const FLOATING = "[role=dialog], [role=menu], [role=listbox]";

/** Marks what one writes in, with its buttons: whoever is there means to write, so the page's keys rest. */
export const WRITING = { "data-writing": "" };

type Keys = Record<string, (() => void) | undefined>;

/** @param keys by `KeyboardEvent.key`, in lower case */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest(TYPING)) return;
      if (document.querySelector(FLOATING)) return;
      const act = latest.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
