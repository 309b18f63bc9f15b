import { useMutation } from "@tanstack/react-query";
import { KeyRound, MoreHorizontal, ShieldCheck, UserMinus } from "lucide-react";
import type { Member } from "../../contract/accounts.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay, useMe } from "../shell/session.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Badge } from "../ui/badge.tsx";
import { IconButton } from "../ui/button.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { Select } from "../ui/select.tsx";
import { useToast } from "../ui/toast.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { ROLES, roleName } from "./roles.ts";

/** Why nobody here can change this member; null: I can. */
function fixedBecause(member: Member, all: readonly Member[], mayMakeOwners: boolean): string | null {
  if (member.role !== "owner") return null;
  if (!mayMakeOwners) return "Only an owner changes an owner.";
  const owners = all.filter((each) => each.role === "owner").length;
  return owners === 1 ? "A workspace keeps at least one owner. Make somebody else an owner first." : null;
}

export function MemberRow({
  member,
  all,
  show,
}: {
  member: Member;
  all: readonly Member[];
  show(dialog: string): void;
}) {
  const me = useMe();
  const may = useMay();
  const isMe = member.id === me.actor.id;
  const fixed = fixedBecause(member, all, may("account.transfer"));
  return (
    <li className="flex min-h-14 items-center gap-3 border-b py-2">
      <Avatar name={member.name} />
      <div className="min-w-0 flex-1">
        <p className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium">
            {member.name} {isMe && <span className="font-normal text-ink-3">(you)</span>}
          </span>
          {member.twoFactor && (
            <Badge>
              <ShieldCheck aria-hidden className="size-3" /> Second step
            </Badge>
          )}
        </p>
        <p className="truncate text-sm text-ink-3">{member.email}</p>
      </div>
      {may("members.manage") ? (
        <>
          <RoleOf member={member} isMe={isMe} fixed={fixed} show={show} />
          {fixed === null ? (
            <Menu
              trigger={
                <IconButton label={`More about ${member.name}`}>
                  <MoreHorizontal aria-hidden />
                </IconButton>
              }
            >
              {!isMe && (
                <MenuItem onSelect={() => show(`reset-${member.id}`)}>
                  <span className="flex items-center gap-2">
                    <KeyRound aria-hidden className="size-4 text-ink-3" /> Let them sign in anew
                  </span>
                </MenuItem>
              )}
              <MenuItem danger onSelect={() => show(`remove-${member.id}`)}>
                <span className="flex items-center gap-2">
                  <UserMinus aria-hidden className="size-4" /> {isMe ? "Leave this workspace" : "Remove"}
                </span>
              </MenuItem>
            </Menu>
          ) : (
            <IconButton label={`More about ${member.name}`} reason={fixed}>
              <MoreHorizontal aria-hidden />
            </IconButton>
          )}
        </>
      ) : (
        <span className="text-sm text-ink-2">{roleName(member.role)}</span>
      )}
    </li>
  );
}

function RoleOf({
  member,
  isMe,
  fixed,
  show,
}: {
  member: Member;
  isMe: boolean;
  fixed: string | null;
  show(dialog: string): void;
}) {
  const { client, cache } = useApi();
  const may = useMay();
  const say = useToast();
  const change = useMutation({
    mutationFn: (role: string) => client.ask<Member>(`/api/members/${member.id}`, { method: "PATCH", body: { role } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.members }),
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  if (fixed !== null)
    return (
      <Tooltip text={fixed}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason is told on focus too */}
        <span tabIndex={0} className="rounded-sm px-2.5 text-sm text-ink-2">
          {roleName(member.role)}
        </span>
      </Tooltip>
    );
  const choose = (role: string) => {
    // What can't be taken back alone is asked about first.
    if (role === "owner" || isMe) show(`role-${member.id}-${role}`);
    else change.mutate(role);
  };
  return (
    <Select
      label={`Role of ${member.name}`}
      className="w-32!"
      value={change.isPending ? (change.variables ?? member.role) : member.role}
      disabled={change.isPending}
      choices={ROLES.filter((each) => each.value !== "owner" || may("account.transfer"))}
      onChange={choose}
    />
  );
}
