import { useMutation, useQuery } from "@tanstack/react-query";
import { Link as LinkIcon, Trash2 } from "lucide-react";
import type { CreatedInvitation, Invitation } from "../../contract/sign-in.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayDay } from "../shell/words.ts";
import { Avatar } from "../ui/avatar.tsx";
import { IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failed } from "../ui/state.tsx";
import { HandOver } from "./hand-over.tsx";
import { roleName } from "./roles.ts";

/** Who is invited and has not come yet. Nothing, where nobody is. */
export function Invitations({ dialog, show }: { dialog: string; show(next: string | undefined): void }) {
  const { queries } = useApi();
  const invitations = useQuery(queries.invitations());
  const close = () => show(undefined);
  const [act = "", id = ""] = dialog.split("-");
  const subject = invitations.data?.find((each) => each.id === id);
  if (invitations.isError && !invitations.data)
    return <Failed again={() => void invitations.refetch()}>{sentenceOf(invitations.error)}</Failed>;
  if (!invitations.data?.length) return null;
  return (
    <section aria-label="Invited" className="grid grid-cols-1 gap-3">
      <h2 className="text-lg font-semibold tracking-tight">Invited, not here yet</h2>
      <ul className="border-t">
        {invitations.data.map((invitation) => (
          <InvitationRow
            key={invitation.id}
            invitation={invitation}
            withdraw={() => show(`withdraw-${invitation.id}`)}
          />
        ))}
      </ul>
      {subject && act === "withdraw" && <Withdraw invitation={subject} close={close} />}
    </section>
  );
}

function InvitationRow({ invitation, withdraw }: { invitation: Invitation; withdraw(): void }) {
  const { client, cache } = useApi();
  const { name, email, role, madeBy, expiresAt } = invitation;
  const renew = useMutation({
    mutationFn: () =>
      client.ask<CreatedInvitation>("/api/invitations", { method: "POST", body: { name, email, role } }),
  });
  const done = () => {
    renew.reset();
    void cache.invalidateQueries({ queryKey: keys.invitations });
  };
  return (
    <li className="flex min-h-14 items-center gap-3 border-b py-2">
      <Avatar name={name} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{name}</p>
        <p className="text-sm text-pretty text-ink-3">
          {email} · {roleName(role)} · until {sayDay(expiresAt)}
          {madeBy && ` · by ${madeBy}`}
        </p>
      </div>
      <IconButton label={`New link for ${name}`} busy={renew.isPending} onClick={() => renew.mutate()}>
        <LinkIcon aria-hidden />
      </IconButton>
      <IconButton label={`Withdraw the invitation of ${name}`} onClick={withdraw}>
        <Trash2 aria-hidden />
      </IconButton>
      {renew.isError && (
        <Dialog open onClose={() => renew.reset()} title="No new link was made" about={sentenceOf(renew.error)}>
          {null}
        </Dialog>
      )}
      {renew.data && (
        <Dialog open onClose={done} title={`A new link for ${name}`} about="The one before stopped working.">
          <HandOver {...renew.data} done={done} />
        </Dialog>
      )}
    </li>
  );
}

function Withdraw({ invitation, close }: { invitation: Invitation; close(): void }) {
  const { client, cache } = useApi();
  const withdraw = useMutation({
    mutationFn: () => client.ask(`/api/invitations/${invitation.id}`, { method: "DELETE" }),
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: keys.invitations });
      close();
    },
  });
  return (
    <Confirm
      title={`Withdraw the invitation of ${invitation.name}?`}
      act="Withdraw"
      busy={withdraw.isPending}
      problem={withdraw.isError ? sentenceOf(withdraw.error) : null}
      onConfirm={() => withdraw.mutate()}
      onClose={close}
    >
      The link that they were given stops working.
    </Confirm>
  );
}
