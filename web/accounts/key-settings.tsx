import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ApiKey, Permission } from "../../contract/accounts.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { plural, sayDate, sayMomentWithin } from "../shell/words.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { CopyButton, Secret } from "./copy-secret.tsx";
import { PERMISSION_GROUPS } from "./permission-words.ts";

export function KeySettings() {
  const may = useMay();
  return may("apikeys.manage") ? <Keys /> : <Empty title="API keys are not yours to see">{NOT_ALLOWED}</Empty>;
}

function Keys() {
  const { queries } = useApi();
  const navigate = useNavigate();
  const { dialog } = useSearch({ from: "/app/settings/api-keys" });
  const apiKeys = useQuery(queries.apiKeys());
  const show = (next: string | undefined) => void navigate({ to: "/settings/api-keys", search: { dialog: next } });
  const leaving = apiKeys.data?.find((each) => dialog === `revoke-${each.id}`);
  return (
    <section aria-label="API keys" className="grid grid-cols-1 gap-3">
      <p className="max-w-[44rem] text-md text-pretty text-ink-2">
        A program that holds a key may do what the key allows, in this workspace alone.{" "}
        <a
          href="/api/openapi.json"
          target="_blank"
          rel="noreferrer"
          className="font-medium text-accent underline underline-offset-2"
        >
          What the API offers
        </a>
      </p>
      <Button look="primary" className="justify-self-start" onClick={() => show("new")}>
        <Plus aria-hidden className="size-3.5" /> Make a key
      </Button>
      {apiKeys.isPending && <Skeleton className="h-24 w-full" />}
      {apiKeys.isError && !apiKeys.data && (
        <Failed again={() => void apiKeys.refetch()}>{sentenceOf(apiKeys.error)}</Failed>
      )}
      {apiKeys.data?.length === 0 && (
        <Empty title="No keys">Make one when a program of yours should text, or read what was said.</Empty>
      )}
      {apiKeys.data && apiKeys.data.length > 0 && (
        <ul className="border-t">
          {apiKeys.data.map((key) => (
            <li key={key.id} className="flex min-h-14 items-center gap-3 border-b py-2">
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">
                  {key.name} <span className="font-mono text-sm font-normal text-ink-3">…{key.lastFour}</span>
                </p>
                <p className="text-sm text-pretty text-ink-3" title={key.permissions.join(", ")}>
                  {plural(key.permissions.length, "right")} · made {sayDate(key.createdAt)} ·{" "}
                  {key.lastUsedAt ? `last use: ${sayMomentWithin(key.lastUsedAt)}` : "not used yet"}
                </p>
              </div>
              <IconButton label={`Revoke ${key.name}`} onClick={() => show(`revoke-${key.id}`)}>
                <Trash2 aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {dialog === "new" && <NewKeyDialog close={() => show(undefined)} />}
      {leaving && <RevokeKey apiKey={leaving} close={() => show(undefined)} />}
    </section>
  );
}

function RevokeKey({ apiKey, close }: { apiKey: ApiKey; close(): void }) {
  const { client, cache } = useApi();
  const revoke = useMutation({
    mutationFn: () => client.ask(`/api/api-keys/${apiKey.id}`, { method: "DELETE" }),
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: keys.apiKeys });
      close();
    },
  });
  return (
    <Confirm
      title={`Revoke ${apiKey.name}?`}
      act="Revoke"
      busy={revoke.isPending}
      problem={revoke.isError ? sentenceOf(revoke.error) : null}
      onConfirm={() => revoke.mutate()}
      onClose={close}
    >
      Programs that use it are refused from that moment on. It can’t be brought back.
    </Confirm>
  );
}

/** Rights that most programs need; more can be ticked. */
const USUAL: readonly Permission[] = ["inbox.read", "inbox.reply", "contacts.read", "contacts.write"];

function NewKeyDialog({ close }: { close(): void }) {
  const { client, cache } = useApi();
  const may = useMay();
  const [name, setName] = useState("");
  const [rights, setRights] = useState<ReadonlySet<Permission>>(new Set(USUAL));
  const make = useMutation({
    mutationFn: () =>
      client.ask<ApiKey & { secret: string }>("/api/api-keys", {
        method: "POST",
        body: { name: name.trim(), permissions: [...rights] },
      }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.apiKeys }),
  });
  if (make.data) return <NewSecret secret={make.data.secret} close={close} />;
  const { name: nameError } = fieldErrors(make.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!make.isPending) make.mutate();
  };
  const toggle = (right: Permission) => (on: boolean) =>
    setRights((before) => {
      const next = new Set(before);
      if (on) next.add(right);
      else next.delete(right);
      return next;
    });
  return (
    <Dialog open onClose={close} title="Make an API key">
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <Field label="Name" error={nameError} help="What will use it, so that you know later.">
          {(field) => <Input {...field} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <fieldset>
          <legend className="mb-1 text-sm font-medium text-ink-2">It may</legend>
          <div className="grid gap-3">
            {PERMISSION_GROUPS.map(({ title, permissions }) => (
              <fieldset key={title}>
                <legend className="mb-0.5 text-sm font-semibold">{title}</legend>
                <div className="grid grid-cols-2 gap-x-4 max-md:grid-cols-1">
                  {permissions
                    .filter(([right]) => may(right))
                    .map(([right, words]) => (
                      <Checkbox key={right} checked={rights.has(right)} onChange={toggle(right)}>
                        {words} <span className="block font-mono text-xs text-ink-3">{right}</span>
                      </Checkbox>
                    ))}
                </div>
              </fieldset>
            ))}
          </div>
        </fieldset>
        <FormProblem>{make.isError && !nameError ? sentenceOf(make.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={make.isPending}
            reason={!name.trim() ? "Give it a name first." : rights.size === 0 ? "Tick at least one right." : null}
          >
            Make key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const NewSecret = ({ secret, close }: { secret: string; close(): void }) => (
  <Dialog
    open
    onClose={close}
    title="Your new key"
    about="It is shown this once. Keep it where your program finds it, and in no file that others read."
  >
    <div className="grid gap-4">
      <Secret label="API key" rows={2}>
        {secret}
      </Secret>
      <div className="flex justify-end gap-2">
        <CopyButton text={secret}>Copy key</CopyButton>
        <Button look="primary" onClick={close}>
          I have kept it
        </Button>
      </div>
    </div>
  </Dialog>
);
