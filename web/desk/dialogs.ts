/** The inbox's dialogs stand in its address: a link opens one, and back closes it. */
import { useOpened } from "../shell/opened.ts";
import type { Dialog, InboxSearch } from "./inbox-search.ts";

const NONE: InboxSearch = { dialog: undefined, of: undefined, to: undefined };

export interface Dialogs {
  open(dialog: Dialog, more?: Pick<InboxSearch, "of" | "to">): void;
  close(): void;
}

export function useDialogs(): Dialogs {
  const { open, close } = useOpened();
  return {
    open: (dialog, more = {}) => open({ ...NONE, dialog, ...more }),
    close: () => close({ ...NONE }),
  };
}
