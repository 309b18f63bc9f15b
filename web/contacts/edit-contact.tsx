import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Contact, ContactPatch } from "../../contract/contacts.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";

export function EditContact({ contact, close }: { contact: Contact; close(): void }) {
  const { client, cache } = useApi();
  const [name, setName] = useState(contact.name ?? "");
  const [email, setEmail] = useState(contact.email ?? "");
  const [tags, setTags] = useState(contact.tags.join(", "));
  const save = useMutation({
    mutationFn: (body: ContactPatch) => client.ask<Contact>(`/api/contacts/${contact.id}`, { method: "PATCH", body }),
    onSuccess(changed) {
      cache.setQueryData(keys.contact(contact.id), changed);
      close();
    },
  });
  const errors = fieldErrors(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({
      name: name.trim() || null,
      email: email.trim() || null,
      tags: [...new Set(tags.split(",").map((tag) => tag.trim()))].filter(Boolean),
    });
  };
  const known = ["name", "email"].some((field) => errors[field]);
  return (
    <Dialog open onClose={close} title="Edit contact">
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <Field label="Name" error={errors.name}>
          {(field) => <Input {...field} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label="Email" error={errors.email}>
          {(field) => (
            <Input {...field} type="email" value={email} onChange={(event) => setEmail(event.target.value)} />
          )}
        </Field>
        <Field label="Tags" help="Separated by commas.">
          {(field) => <Input {...field} value={tags} onChange={(event) => setTags(event.target.value)} />}
        </Field>
        {save.isError && !known && (
          <p role="alert" className="text-sm text-bad">
            {sentenceOf(save.error)}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
