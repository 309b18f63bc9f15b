import { useNavigate } from "@tanstack/react-router";
import { Archive, Check, Clock, Inbox, Mail, SquarePen, Star, Tag, User, UserRoundPlus, Zap } from "lucide-react";
import type { BulkAction } from "../../contract/conversations.ts";
import { useMay } from "../shell/session.ts";
import { plural } from "../shell/words.ts";
import { CommandGroup, CommandItem } from "../ui/command.tsx";
import { sayDone, useActs } from "./acts.ts";
import { useDialogs } from "./dialogs.ts";
import { useKept, useTargets } from "./targets.ts";

/** @param act closes the palette, then runs */
interface Props {
  act(run: () => unknown): () => void;
}

/** What the palette can do with the conversations that are picked or open. */
export function PaletteActs({ act }: Props) {
  const may = useMay();
  const acts = useActs();
  const dialogs = useDialogs();
  const targets = useTargets();
  const kept = useKept(targets);
  if (targets.length === 0 || !may("inbox.reply")) return null;
  const all = (holds: (one: (typeof kept)[number]) => boolean) => kept.length > 0 && kept.every(holds);
  const run = (action: BulkAction["action"], done: string) =>
    act(() => acts.act(targets, { action }, sayDone(targets.length, done)));
  const resolved = all((each) => each.status === "RESOLVED");
  const starred = all((each) => each.starred);
  const archived = all((each) => each.archived);
  return (
    <CommandGroup title={targets.length === 1 ? "This conversation" : plural(targets.length, "picked conversation")}>
      <CommandItem hint="E" onSelect={resolved ? run("reopen", "Reopened") : run("resolve", "Resolved")}>
        <Check aria-hidden /> {resolved ? "Reopen" : "Resolve"}
      </CommandItem>
      {may("inbox.assign") && (
        <CommandItem hint="A" onSelect={act(() => dialogs.open("assign"))}>
          <UserRoundPlus aria-hidden /> Assign
        </CommandItem>
      )}
      {!resolved && (
        <CommandItem hint="S" onSelect={act(() => dialogs.open("snooze"))}>
          <Clock aria-hidden /> Snooze
        </CommandItem>
      )}
      <CommandItem hint="T" onSelect={act(() => dialogs.open("tags"))}>
        <Tag aria-hidden /> Tag
      </CommandItem>
      <CommandItem onSelect={starred ? run("unstar", "Star removed") : run("star", "Starred")}>
        <Star aria-hidden /> {starred ? "Remove the star" : "Star"}
      </CommandItem>
      <CommandItem onSelect={run("mark_read", "Marked read")}>
        <Mail aria-hidden /> Mark read
      </CommandItem>
      <CommandItem onSelect={archived ? run("unarchive", "Taken out of the archive") : run("archive", "Archived")}>
        <Archive aria-hidden /> {archived ? "Take out of the archive" : "Archive"}
      </CommandItem>
    </CommandGroup>
  );
}

/** The inbox's places. */
export function PalettePlaces({ act }: Props) {
  const navigate = useNavigate();
  const go = (search: Record<string, string | true>) => act(() => navigate({ to: "/inbox", search }));
  return (
    <>
      <CommandItem onSelect={go({})}>
        <Inbox aria-hidden /> Inbox
      </CommandItem>
      <CommandItem onSelect={go({ status: "ASSIGNED", assignee: "me" })}>
        <User aria-hidden /> Assigned to me
      </CommandItem>
      <CommandItem onSelect={go({ unread: true })}>
        <Mail aria-hidden /> Unread
      </CommandItem>
      <CommandItem onSelect={go({ starred: true })}>
        <Star aria-hidden /> Starred
      </CommandItem>
      <CommandItem onSelect={go({ view: "snoozed" })}>
        <Clock aria-hidden /> Snoozed
      </CommandItem>
      <CommandItem onSelect={go({ view: "archived" })}>
        <Archive aria-hidden /> Archived
      </CommandItem>
      <CommandItem onSelect={act(() => navigate({ to: "/quick-replies", search: { dialog: undefined } }))}>
        <Zap aria-hidden /> Quick replies
      </CommandItem>
    </>
  );
}

export function PaletteNew({ act }: Props) {
  const may = useMay();
  const navigate = useNavigate();
  if (!may("inbox.reply")) return null;
  return (
    <CommandItem hint="C" onSelect={act(() => navigate({ to: "/inbox", search: { dialog: "new" } }))}>
      <SquarePen aria-hidden /> New conversation
    </CommandItem>
  );
}
