import { useMutation } from "@tanstack/react-query";
import type { Member, Role } from "../../contract/accounts.ts";
import type { ResetLink } from "../../contract/sign-in.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { memory } from "../shell/page.ts";
import { useMe } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { HandOver } from "./hand-over.tsx";
import { roleName } from "./roles.ts";

export function RemoveMember({ member, close }: { member: Member; close(): void }) {
  const { client, cache } = useApi();
  const isMe = member.id === useMe().actor.id;
  const remove = useMutation({
    mutationFn: () => client.ask(`/api/members/${member.id}`, { method: "DELETE" }),
    async onSuccess() {
      if (isMe) {
        memory.set("workspace", null);
        location.assign("/");
        return;
      }
      await cache.invalidateQueries({ queryKey: keys.members });
      close();
    },
  });
  return (
    <Confirm
      title={isMe ? "Leave this workspace?" : `Remove ${member.name}?`}
      act={isMe ? "Leave" : "Remove"}
      busy={remove.isPending}
      problem={remove.isError ? sentenceOf(remove.error) : null}
      onConfirm={() => remove.mutate()}
      onClose={close}
    >
      {isMe
        ? "You can no longer see it, unless somebody invites you again. What you wrote stays under your name."
        : "They can no longer see this workspace, and links that they made stop working. What they wrote stays under their name."}
    </Confirm>
  );
}

export function ChangeRole({ member, role, close }: { member: Member; role: Role; close(): void }) {
  const { client, cache } = useApi();
  const isMe = member.id === useMe().actor.id;
  const change = useMutation({
    mutationFn: () => client.ask<Member>(`/api/members/${member.id}`, { method: "PATCH", body: { role } }),
    async onSuccess() {
      await Promise.all([keys.members, keys.me].map((queryKey) => cache.invalidateQueries({ queryKey })));
      close();
    },
  });
  const name = roleName(role).toLowerCase();
  return (
    <Confirm
      title={isMe ? `Become ${name}?` : `Make ${member.name} an owner?`}
      act={isMe ? `Become ${name}` : "Make owner"}
      busy={change.isPending}
      problem={change.isError ? sentenceOf(change.error) : null}
      onConfirm={() => change.mutate()}
      onClose={close}
    >
      {isMe
        ? "You may do less from then on, and only an owner can give it back to you."
        : "They may then do everything here, as you do: change other owners too, and remove you."}
    </Confirm>
  );
}

export function ResetLinkDialog({ member, close }: { member: Member; close(): void }) {
  const { client } = useApi();
  const make = useMutation({
    mutationFn: () => client.ask<ResetLink>(`/api/members/${member.id}/reset-link`, { method: "POST" }),
  });
  if (make.data)
    return (
      <Dialog open onClose={close} title={`A link for ${member.name}`}>
        <HandOver {...make.data} name={member.name} done={close} />
      </Dialog>
    );
  return (
    <Dialog open onClose={close} title={`Let ${member.name} sign in anew?`}>
      <div className="grid gap-4">
        <p className="text-md text-pretty text-ink-2">
          For somebody who lost their password, or the phone with their codes. You get a link to hand to them. With it
          they choose a new password; their second step is turned off, and they are signed out everywhere else. Make
          sure that it is they who ask.
        </p>
        <FormProblem>{make.isError ? sentenceOf(make.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" busy={make.isPending} onClick={() => make.mutate()}>
            Make a link
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
