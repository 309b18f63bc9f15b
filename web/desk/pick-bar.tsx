import { Archive, ArchiveRestore, Check, Clock, Mail, MailOpen, Star, Tag, UserRoundPlus, X } from "lucide-react";
import type { BulkAction } from "../../contract/conversations.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { IconButton } from "../ui/button.tsx";
import { sayDone, useActs } from "./acts.ts";
import { useDialogs } from "./dialogs.ts";
import { type Picking, useLeaving } from "./inbox-keys.ts";
import type { InboxSearch } from "./inbox-search.ts";
import { keptConversation } from "./targets.ts";

/** What can be done with everything that is picked. */
export function PickBar({ search, picking }: { search: InboxSearch; picking: Picking }) {
  const api = useApi();
  const may = useMay();
  const { act } = useActs();
  const dialogs = useDialogs();
  const leaveIfOpen = useLeaving(search);
  const { ids } = picking;
  const kept = ids.flatMap((id) => keptConversation(api, id) ?? []);
  const none = ids.length === 0 ? "Pick conversations first." : null;
  const all = (holds: (one: (typeof kept)[number]) => boolean) => kept.length > 0 && kept.every(holds);
  const run = (action: BulkAction["action"], done: string) => () => {
    act(ids, { action }, sayDone(ids.length, done));
    picking.end();
  };
  const unread = () => {
    leaveIfOpen(ids);
    act(ids, { action: "mark_unread" }, sayDone(ids.length, "Marked unread"));
    picking.end();
  };
  const read = all((each) => each.unreadCount === 0);
  const starred = all((each) => each.starred);
  const archived = all((each) => each.archived);
  const resolved = all((each) => each.status === "RESOLVED");
  return (
    <div
      role="toolbar"
      aria-label="What to do with the picked conversations"
      className="h-[91px] px-1.5 pt-2.5 max-md:h-auto"
    >
      <p role="status" className="flex items-center gap-1">
        <IconButton label="Stop picking" onClick={picking.end}>
          <X aria-hidden />
        </IconButton>
        <strong className="flex-1 text-lg font-semibold tabular">{ids.length} picked</strong>
      </p>
      <div className="flex flex-wrap justify-between">
        <IconButton
          label={resolved ? "Reopen" : "Resolve"}
          hint="E"
          reason={none}
          onClick={resolved ? run("reopen", "Reopened") : run("resolve", "Resolved")}
        >
          <Check aria-hidden />
        </IconButton>
        <IconButton
          label="Assign"
          hint="A"
          reason={none ?? (may("inbox.assign") ? null : NOT_ALLOWED)}
          onClick={() => dialogs.open("assign")}
        >
          <UserRoundPlus aria-hidden />
        </IconButton>
        <IconButton label="Snooze" hint="S" reason={none} onClick={() => dialogs.open("snooze")}>
          <Clock aria-hidden />
        </IconButton>
        <IconButton label="Tag" hint="T" reason={none} onClick={() => dialogs.open("tags")}>
          <Tag aria-hidden />
        </IconButton>
        <IconButton
          label={starred ? "Remove the star" : "Star"}
          reason={none}
          onClick={starred ? run("unstar", "Star removed") : run("star", "Starred")}
        >
          <Star aria-hidden />
        </IconButton>
        <IconButton
          label={read ? "Mark unread" : "Mark read"}
          hint={read ? "U" : ""}
          reason={none}
          onClick={read ? unread : run("mark_read", "Marked read")}
        >
          {read ? <Mail aria-hidden /> : <MailOpen aria-hidden />}
        </IconButton>
        <IconButton
          label={archived ? "Take out of the archive" : "Archive"}
          reason={none}
          onClick={archived ? run("unarchive", "Taken out of the archive") : run("archive", "Archived")}
        >
          {archived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}
        </IconButton>
      </div>
    </div>
  );
}
