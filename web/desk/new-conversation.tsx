import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import type { Conversation, NewConversation as NewConversationBody } from "../../contract/conversations.ts";
import { countSegments } from "../../contract/segments.ts";
import { tokensIn } from "../../contract/tokens.ts";
import { placeConversation } from "../api/placing.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMe } from "../shell/session.ts";
import { ENVIRONMENT_NAMES, sayPhone } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";
import { MAX_CHARACTERS, whyNot } from "./answer-box.tsx";
import { useDialogs } from "./dialogs.ts";
import { filtersOnly, type InboxSearch } from "./inbox-search.ts";
import { MayBeTexted, useMayText } from "./may-be-texted.tsx";
import { sendWords } from "./outbox.ts";
import { type Recipient, RecipientField } from "./recipient-field.tsx";
import { Marked, SegmentCount } from "./segment-count.tsx";
import { LETTERS, useDraft, WriteBox } from "./write-box.tsx";

/** Writes to somebody first: to whom, by which number, whether they may be texted, and the words. */
export function NewConversation({ search }: { search: InboxSearch }) {
  const api = useApi();
  const { client, cache, queries } = api;
  const me = useMe();
  const dialogs = useDialogs();
  const navigate = useNavigate();
  const { data: channels = [] } = useQuery(queries.channels());
  const senders = channels.filter((each) => each.active && each.family === "sms");
  const [to, setTo] = useState<Recipient | null>(search.to ? { phone: search.to, name: null, contactId: null } : null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [text, setText] = useDraft("draft.new");
  const box = useRef<HTMLTextAreaElement>(null);
  const first = senders.find((each) => each.environment === "live") ?? senders[0];
  const sender = senders.find((each) => each.id === chosen) ?? first;
  const verdict = useMayText(to?.phone ?? null, sender?.phoneNumber ?? null);
  const count = countSegments(text);
  const reason =
    senders.length === 0
      ? "Connect a number first, under Channels."
      : !to
        ? "Choose to whom first."
        : verdict.state !== "yes"
          ? verdict.sentence
          : whyNot(text, count.characters);
  const [key] = useState(() => crypto.randomUUID());
  const open = useMutation({
    mutationFn: (body: NewConversationBody) =>
      client.ask<Conversation>("/api/conversations", {
        method: "POST",
        body,
        // Another person or number is another act.
        idempotencyKey: `${key}.${body.contactId ?? body.phone}.${body.connectionId}`,
      }),
    onSuccess(conversation) {
      placeConversation(cache, conversation);
      sendWords(api, me.actor.id ?? "", conversation.id, {
        content: text,
        ...(sender ? { connectionId: sender.id } : {}),
      });
      setText("");
      void navigate({
        to: "/inbox/$conversationId",
        params: { conversationId: conversation.id },
        search: { ...filtersOnly(search), q: undefined },
        replace: true,
      });
    },
  });
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (reason || !to || !sender || open.isPending) return;
    const whom = to.contactId ? { contactId: to.contactId } : { phone: to.phone as NewConversationBody["phone"] };
    open.mutate({ ...whom, channel: "sms", connectionId: sender.id, environment: sender.environment });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
  };
  const choose = (recipient: Recipient | null) => {
    setTo(recipient);
    if (recipient) requestAnimationFrame(() => box.current?.focus());
  };
  return (
    <Dialog open onClose={dialogs.close} title="New conversation">
      <form onSubmit={submit} onKeyDown={onKeyDown} noValidate className="grid gap-4">
        <RecipientField chosen={to} choose={choose} countryOf={sender?.phoneNumber ?? null} />
        {senders.length > 1 && (
          <Field label="From">
            {(field) => (
              <Select
                {...field}
                value={sender?.id ?? ""}
                choices={senders.map((each) => ({
                  value: each.id,
                  label: [
                    ...[each.friendlyName, each.phoneNumber && sayPhone(each.phoneNumber)],
                    each.environment !== "live" && ENVIRONMENT_NAMES[each.environment],
                  ]
                    .filter(Boolean)
                    .join(", "),
                }))}
                onChange={setChosen}
              />
            )}
          </Field>
        )}
        {to && <MayBeTexted verdict={verdict} contactId={to.contactId} />}
        {verdict.state !== "no" && (
          <div className="rounded-lg border border-line-strong focus-within:border-accent">
            <WriteBox
              ref={box}
              aria-label="First message"
              aria-describedby="segment-count"
              placeholder="Write the first message"
              rows={3}
              value={text}
              onChange={(event) => setText(event.target.value)}
              behind={
                <Marked text={text} characters={count.unicodeCharacters} tokens={tokensIn(text)} className={LETTERS} />
              }
            />
            <div className="px-3 pb-1">
              <SegmentCount count={count} text={text} tooLong={count.characters > MAX_CHARACTERS} replace={setText} />
            </div>
          </div>
        )}
        <FormProblem>{open.isError ? sentenceOf(open.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={dialogs.close}>Cancel</Button>
          <Button type="submit" look="primary" reason={reason} busy={open.isPending}>
            Send
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
