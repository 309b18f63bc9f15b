import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Member, Role } from "../../contract/accounts.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay, useMe } from "../shell/session.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { useToast } from "../ui/toast.tsx";

const ROLES = [
  { value: "owner", label: "Owner", about: "Everything, the account itself too." },
  { value: "admin", label: "Admin", about: "Everything but the account itself." },
  { value: "agent", label: "Teammate", about: "Answers customers, assigns, edits contacts, records consent." },
  { value: "viewer", label: "Viewer", about: "Reads along." },
] as const;

const roleName = (role: Role) => ROLES.find((each) => each.value === role)?.label ?? role;

export function MemberSettings() {
  const { queries } = useApi();
  const me = useMe();
  const may = useMay();
  const navigate = useNavigate();
  const { dialog } = useSearch({ from: "/app/settings/members" });
  const members = useQuery(queries.members());
  const show = (next: string | undefined) => void navigate({ to: "/settings/members", search: { dialog: next } });
  const mayManage = may("members.manage");
  const leaving = members.data?.find((each) => dialog === `remove-${each.id}`);
  return (
    <section aria-label="Members" className="grid gap-3">
      {mayManage && (
        <Button look="primary" className="justify-self-start" onClick={() => show("new")}>
          <Plus aria-hidden className="size-3.5" /> Add a member
        </Button>
      )}
      {members.isPending && <Skeleton className="h-24 w-full" />}
      {members.isError && !members.data && (
        <Failed again={() => void members.refetch()}>{sentenceOf(members.error)}</Failed>
      )}
      {members.data && (
        <ul className="border-t">
          {members.data.map((member) => (
            <li key={member.id} className="flex min-h-14 items-center gap-3 border-b py-2">
              <Avatar name={member.name} />
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">
                  {member.name} {member.id === me.actor.id && <span className="font-normal text-ink-3">(you)</span>}
                </p>
                <p className="truncate text-sm text-ink-3">{member.email}</p>
              </div>
              {mayManage ? (
                <>
                  <RoleSelect member={member} />
                  <IconButton label={`Remove ${member.name}`} onClick={() => show(`remove-${member.id}`)}>
                    <Trash2 aria-hidden />
                  </IconButton>
                </>
              ) : (
                <span className="text-sm text-ink-2">{roleName(member.role)}</span>
              )}
            </li>
          ))}
        </ul>
      )}
      {dialog === "new" && mayManage && <NewMemberDialog close={() => show(undefined)} />}
      {leaving && mayManage && <RemoveMember member={leaving} close={() => show(undefined)} />}
    </section>
  );
}

function RoleSelect({ member }: { member: Member }) {
  const { client, cache } = useApi();
  const say = useToast();
  const change = useMutation({
    mutationFn: (role: string) => client.ask<Member>(`/api/members/${member.id}`, { method: "PATCH", body: { role } }),
    onSuccess: () => Promise.all([keys.members, keys.me].map((queryKey) => cache.invalidateQueries({ queryKey }))),
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  return (
    <Select
      label={`Role of ${member.name}`}
      className="w-32!"
      value={member.role}
      disabled={change.isPending}
      choices={ROLES}
      onChange={change.mutate}
    />
  );
}

function RemoveMember({ member, close }: { member: Member; close(): void }) {
  const { client, cache } = useApi();
  const remove = useMutation({
    mutationFn: () => client.ask(`/api/members/${member.id}`, { method: "DELETE" }),
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: keys.members });
      close();
    },
  });
  return (
    <Confirm
      title={`Remove ${member.name}?`}
      act="Remove"
      busy={remove.isPending}
      problem={remove.isError ? sentenceOf(remove.error) : null}
      onConfirm={() => remove.mutate()}
      onClose={close}
    >
      They can no longer see this workspace. What they wrote stays under their name.
    </Confirm>
  );
}

function NewMemberDialog({ close }: { close(): void }) {
  const { client, cache } = useApi();
  const say = useToast();
  const me = useMe();
  const [form, setForm] = useState({ name: "", email: "", password: "", role: "agent" });
  const set = (field: keyof typeof form) => (value: string) => setForm((before) => ({ ...before, [field]: value }));
  const add = useMutation({
    mutationFn: () => client.ask<Member>("/api/members", { method: "POST", body: form }),
    async onSuccess(member) {
      await cache.invalidateQueries({ queryKey: keys.members });
      say(`${member.name} can sign in now. Tell them the password.`);
      close();
    },
  });
  const errors = fieldErrors(add.error);
  const placed = ["name", "email", "password", "role"].some((field) => errors[field]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate();
  };
  const full = form.name.trim() && form.email.trim() && form.password;
  return (
    <Dialog open onClose={close} title="Add a member">
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <Field label="Name" error={errors.name}>
          {(field) => <Input {...field} value={form.name} onChange={(event) => set("name")(event.target.value)} />}
        </Field>
        <Field label="Email" error={errors.email}>
          {(field) => (
            <Input
              {...field}
              type="email"
              autoComplete="off"
              value={form.email}
              onChange={(event) => set("email")(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="First password"
          error={errors.password}
          help="12 characters or more. Someone who has an account here already keeps their own."
        >
          {(field) => (
            <Input
              {...field}
              type="text"
              autoComplete="off"
              spellCheck={false}
              value={form.password}
              onChange={(event) => set("password")(event.target.value)}
            />
          )}
        </Field>
        <Field label="Role" error={errors.role} help={ROLES.find((each) => each.value === form.role)?.about}>
          {(field) => (
            <Select
              {...field}
              value={form.role}
              onChange={set("role")}
              choices={ROLES.filter((each) => each.value !== "owner" || me.permissions.includes("account.transfer"))}
            />
          )}
        </Field>
        <FormProblem>{add.isError && !placed ? sentenceOf(add.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={add.isPending}
            reason={full ? null : "Fill in name, email and password first."}
          >
            Add member
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
