/** Closes a dialog after its act, and ends picking where the act was about what is picked. */
import { useOpened } from "../shell/opened.ts";
import { useDialogs } from "./dialogs.ts";
import type { InboxSearch } from "./inbox-search.ts";

export function useDone(search: InboxSearch): () => void {
  const dialogs = useDialogs();
  const { replace } = useOpened();
  return () => {
    if (search.pick) replace({ dialog: undefined, of: undefined, pick: undefined });
    else dialogs.close();
  };
}
