import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, LoaderCircle } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Connection } from "../../contract/channels.ts";
import type { Conversation } from "../../contract/conversations.ts";
import type { Message } from "../../contract/messages.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayPhone } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { ManualWebhook } from "./manual-webhook.tsx";

/** What is left once a number is connected: a text to it, which ticks itself, and one from it. */
export function FirstText({ channelId, close }: { channelId: string; close(): void }) {
  const { queries } = useApi();
  const { data: channels = [] } = useQuery(queries.channels());
  const [begun, setBegun] = useState<string | null>(null);
  const list = useInfiniteQuery(queries.conversations({}));
  const { data: accounts = [] } = useQuery(queries.providerAccounts());
  const channel = channels.find((each) => each.id === channelId);
  if (!channel) return null;
  const simulated = accounts.find(({ id }) => id === channel.providerAccountId)?.kind === "simulated";
  const first = list.data?.pages
    .flatMap(({ items }) => items)
    .find(
      ({ id, connectionId, lastMessage, unreadCount }) =>
        connectionId === channelId &&
        lastMessage !== null &&
        // What we began ourselves counts once they answer.
        (id !== begun || lastMessage.direction === "inbound" || unreadCount > 0),
    );
  const name = channel.phoneNumber ? sayPhone(channel.phoneNumber) : "one of its numbers";
  return (
    <div className="mx-auto grid max-w-[36rem] gap-6">
      <Webhook channel={channel} />
      <p role="status" className="flex items-center gap-2 text-md">
        {first ? (
          <>
            <Check aria-hidden className="size-4 text-accent" />
            Your first text has arrived. It is in the inbox.
          </>
        ) : (
          <>
            <LoaderCircle aria-hidden className="mt-0.5 size-4 shrink-0 self-start animate-spin text-ink-3" />
            <span>
              Waiting for your first text.{" "}
              {simulated ? <ByDemoPhone name={name} /> : `From your own phone, text ${name}.`}
            </span>
          </>
        )}
      </p>
      <TestMessage channel={channel} simulated={simulated} began={setBegun} />
      <div className="flex justify-end">
        <Button look="primary" onClick={close}>
          Done
        </Button>
      </div>
    </div>
  );
}

/** Nobody's own phone reaches a simulated number. */
const ByDemoPhone = ({ name }: { name: string }) => (
  <>
    This is a demo: open{" "}
    <Link to="/inbox" search={{ panel: "phone" }} className="font-medium text-accent underline underline-offset-2">
      the customer’s phone beside the inbox
    </Link>
    , pick {name} at its top, and text it.
  </>
);

function Webhook({ channel }: { channel: Connection }) {
  if (channel.webhook.verifiedAt)
    return (
      <p className="text-md">Parley has set the number’s webhook at Twilio and read it back: its texts come here.</p>
    );
  if (channel.inbound.by === "polling")
    return (
      <p className="text-md">
        Twilio can’t reach this address, so Parley asks it for new texts every {channel.inbound.everySeconds} seconds.
      </p>
    );
  return <ManualWebhook channel={channel} />;
}

function TestMessage({
  channel,
  simulated,
  began,
}: {
  channel: Connection;
  simulated: boolean;
  began(conversationId: string): void;
}) {
  const { client } = useApi();
  const [to, setTo] = useState("");
  const send = useMutation({
    async mutationFn() {
      const conversation = await client.ask<Conversation>("/api/conversations", {
        method: "POST",
        body: { phone: to, channel: "sms", connectionId: channel.id },
      });
      if (conversation.lastMessage === null) began(conversation.id);
      return client.ask<Message>(`/api/conversations/${conversation.id}/messages`, {
        method: "POST",
        body: { content: "This is a test message from Parley.", connectionId: channel.id },
      });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (to.trim() && !send.isPending) send.mutate();
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-3 border-t pt-4">
      <Field
        label="Send a test message to"
        help={simulated ? "The number of a customer in the demo." : "Your own phone, with its country code."}
      >
        {(field) => <Input {...field} type="tel" value={to} onChange={(event) => setTo(event.target.value)} />}
      </Field>
      <FormProblem>{send.isError ? sentenceOf(send.error) : null}</FormProblem>
      {send.isSuccess && (
        <p role="status" className="text-md text-ink-2">
          On its way. The inbox shows when it is delivered.
        </p>
      )}
      <div>
        <Button type="submit" busy={send.isPending} reason={to.trim() ? null : "Enter a phone number first."}>
          Send a test message
        </Button>
      </div>
    </form>
  );
}
