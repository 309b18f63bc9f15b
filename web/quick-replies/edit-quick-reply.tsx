import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import type { NewQuickReply, QuickReply } from "../../contract/quick-replies.ts";
import { countSegments } from "../../contract/segments.ts";
import { VARIABLES } from "../../contract/tokens.ts";
import { keys } from "../api/keys.ts";
import { codeOf, fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { plural } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input, Textarea } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";

/** Writes a quick reply, or writes it anew. */
export function EditQuickReply({ reply, close }: { reply: QuickReply | null; close(): void }) {
  const { client, cache } = useApi();
  const [shortcut, setShortcut] = useState(reply?.shortcut ?? "");
  const [content, setContent] = useState(reply?.content ?? "");
  const box = useRef<HTMLTextAreaElement>(null);
  const save = useMutation({
    mutationFn: (body: NewQuickReply) =>
      client.ask<QuickReply>(reply ? `/api/quick-replies/${reply.id}` : "/api/quick-replies", {
        method: reply ? "PATCH" : "POST",
        body,
      }),
    onSuccess() {
      void cache.invalidateQueries({ queryKey: keys.quickReplies });
      close();
    },
  });
  const taken = codeOf(save.error) === "shortcut_taken" ? sentenceOf(save.error) : undefined;
  const errors: Record<string, string | undefined> = { shortcut: taken, ...fieldErrors(save.error) };
  const known = errors.shortcut !== undefined || errors.content !== undefined;
  const { segments, encoding } = countSegments(content);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ shortcut: shortcut.trim().replace(/^\//, ""), content });
  };
  const insert = (variable: string) => {
    const { selectionStart = content.length, selectionEnd = content.length } = box.current ?? {};
    const token = `{{${variable}}}`;
    setContent(content.slice(0, selectionStart) + token + content.slice(selectionEnd));
    const at = selectionStart + token.length;
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(at, at);
    });
  };
  return (
    <Dialog open onClose={close} title={reply ? `Edit /${reply.shortcut}` : "Add a quick reply"}>
      <form onSubmit={submit} noValidate className="grid gap-4">
        <Field label="Shortcut" error={errors.shortcut} help="What is typed after the slash: hours, thanks, way.">
          {(field) => (
            <div className="flex items-center gap-1.5">
              <span aria-hidden className="font-mono text-ink-3">
                /
              </span>
              <Input
                {...field}
                value={shortcut}
                autoComplete="off"
                autoCapitalize="none"
                onChange={(event) => setShortcut(event.target.value)}
              />
            </div>
          )}
        </Field>
        <Field
          label="Text"
          error={errors.content}
          help={`${plural(segments, "segment")} before the variables are filled in, ${encoding}.`}
        >
          {(field) => (
            <Textarea
              {...field}
              ref={box}
              rows={5}
              value={content}
              onChange={(event) => setContent(event.target.value)}
            />
          )}
        </Field>
        <fieldset>
          <legend className="text-sm font-medium text-ink-2">Filled in when it is used</legend>
          <div className="mt-1.5 flex flex-wrap gap-1.5">
            {VARIABLES.map((variable) => (
              <button
                key={variable}
                type="button"
                aria-label={`Insert ${variable}`}
                onClick={() => insert(variable)}
                className="rounded-[4px] bg-accent-soft px-1.5 py-0.5 font-mono text-sm text-accent max-md:min-h-11 max-md:px-2.5"
              >
                {variable}
              </button>
            ))}
          </div>
        </fieldset>
        <FormProblem>{save.isError && !known ? sentenceOf(save.error) : null}</FormProblem>
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
