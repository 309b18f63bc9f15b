import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import type { Role } from "../../contract/accounts.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { Invitations } from "./invitations.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { ChangeRole, RemoveMember, ResetLinkDialog } from "./member-dialogs.tsx";
import { MemberRow } from "./member-row.tsx";
import { ROLES } from "./roles.ts";

export function MemberSettings() {
  const { queries } = useApi();
  const may = useMay();
  const navigate = useNavigate();
  const { dialog = "" } = useSearch({ from: "/app/settings/members" });
  // Whether somebody turned their second step on is told by no event.
  const members = useQuery({ ...queries.members(), refetchOnMount: "always" });
  const show = (next: string | undefined) => void navigate({ to: "/settings/members", search: { dialog: next } });
  const close = () => show(undefined);
  const mayManage = may("members.manage");
  const [act = "", id = "", role = ""] = dialog.split("-");
  const subject = members.data?.find((each) => each.id === id);
  const newRole: Role | undefined = ROLES.find((each) => each.value === role)?.value;
  return (
    <div className="grid grid-cols-1 gap-8">
      <section aria-label="Members" className="grid grid-cols-1 gap-3">
        {mayManage && (
          <Button look="primary" className="justify-self-start" onClick={() => show("new")}>
            <UserPlus aria-hidden className="size-3.5" /> Invite somebody
          </Button>
        )}
        {members.isPending && <Skeleton className="h-24 w-full" />}
        {members.isError && !members.data && (
          <Failed again={() => void members.refetch()}>{sentenceOf(members.error)}</Failed>
        )}
        {members.data && (
          <ul className="border-t">
            {members.data.map((member) => (
              <MemberRow key={member.id} member={member} all={members.data} show={show} />
            ))}
          </ul>
        )}
      </section>
      {mayManage && <Invitations show={show} dialog={dialog} />}
      {mayManage && act === "new" && <InviteDialog close={close} />}
      {mayManage && subject && act === "remove" && <RemoveMember member={subject} close={close} />}
      {mayManage && subject && act === "reset" && <ResetLinkDialog member={subject} close={close} />}
      {mayManage && subject && newRole && act === "role" && (
        <ChangeRole member={subject} role={newRole} close={close} />
      )}
    </div>
  );
}
