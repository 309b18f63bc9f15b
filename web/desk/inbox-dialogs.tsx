import { lazy, Suspense } from "react";
import type { InboxSearch } from "./inbox-search.ts";

const NewConversation = lazy(async () => ({ default: (await import("./new-conversation.tsx")).NewConversation }));
const AssignDialog = lazy(async () => ({ default: (await import("./assign-dialog.tsx")).AssignDialog }));
const SnoozeDialog = lazy(async () => ({ default: (await import("./snooze-dialog.tsx")).SnoozeDialog }));
const TagsDialog = lazy(async () => ({ default: (await import("./tags-dialog.tsx")).TagsDialog }));

/** The dialogs of the inbox as a whole; those about one conversation's messages stand with it. */
export function InboxDialogs({ search }: { search: InboxSearch }) {
  switch (search.dialog) {
    case "new":
      return (
        <Suspense>
          <NewConversation search={search} />
        </Suspense>
      );
    case "assign":
      return (
        <Suspense>
          <AssignDialog search={search} />
        </Suspense>
      );
    case "snooze":
      return (
        <Suspense>
          <SnoozeDialog search={search} />
        </Suspense>
      );
    case "tags":
      return (
        <Suspense>
          <TagsDialog />
        </Suspense>
      );
    default:
      return null;
  }
}
