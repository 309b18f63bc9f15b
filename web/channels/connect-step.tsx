import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Connection, ProviderNumber, ProviderService } from "../../contract/channels.ts";
import type { Page } from "../../contract/paging.ts";
import { readPhone } from "../../contract/phone-number.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayPhone } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Failed } from "../ui/state.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { NewNumbers } from "./new-numbers.tsx";
import { abilities, LoadingOffers, type Offer, SenderChoice } from "./sender-choice.tsx";
import type { Wizard } from "./wizard-draft.ts";

/** A number from Twilio's inventory, or one that is the business's already. */
export function ConnectStep({
  wizard,
  accountId,
  problem,
}: {
  wizard: Wizard;
  accountId: string;
  problem: string | null;
}) {
  const { draft, set } = wizard;
  const switchTo = (mode: string) =>
    set({ mode: mode === "new" ? "new" : "own", sender: "", otherApp: null, replaceWebhook: null, bought: false });
  const asks = draft.otherApp !== null && draft.replaceWebhook === null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.sender && !asks) set({ step: 3 });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Tabs
        label="Which number"
        value={draft.mode}
        onChange={switchTo}
        tabs={[
          { value: "new", label: "Get a new number", content: <NewNumbers wizard={wizard} accountId={accountId} /> },
          { value: "own", label: "Use my number", content: <OwnNumbers wizard={wizard} accountId={accountId} /> },
        ]}
      />
      {draft.otherApp && <WebhookQuestion wizard={wizard} otherApp={draft.otherApp} />}
      <FormProblem>{!draft.sender || asks ? problem : null}</FormProblem>
      <div className="flex justify-between gap-2">
        <Button onClick={() => set({ step: 1 })}>Back</Button>
        <Button
          type="submit"
          look="primary"
          reason={
            !draft.sender
              ? "Pick a number first, or type one of yours."
              : asks
                ? "Say first where its texts shall go."
                : null
          }
        >
          Continue
        </Button>
      </div>
    </form>
  );
}

function OwnNumbers({ wizard: { draft, set }, accountId }: { wizard: Wizard; accountId: string }) {
  const { client, queries } = useApi();
  const { data: channels = [] } = useQuery(queries.channels());
  const [typed, setTyped] = useState("");
  /** Whether it stands as it is meant: half a number is not called wrong. */
  const [left, setLeft] = useState(false);
  const owned = useQuery({
    queryKey: ["owned-senders", accountId],
    staleTime: 0,
    async queryFn({ signal }) {
      const query = { providerAccountId: accountId };
      const [numbers, services] = await Promise.all([
        client.ask<Page<ProviderNumber>>("/api/channels/sms/numbers", { query: { ...query, mode: "owned" }, signal }),
        client.ask<Page<ProviderService>>("/api/channels/sms/services", { query, signal }),
      ]);
      return [
        ...numbers.items.map((each) => numberOffer(each, channels)),
        ...services.items.map((each) => serviceOffer(each, channels)),
      ];
    },
  });
  if (owned.isPending) return <LoadingOffers />;
  if (owned.isError) return <Failed again={() => void owned.refetch()}>{sentenceOf(owned.error)}</Failed>;
  const pick = (offer: Offer) =>
    set({ sender: offer.sender, otherApp: offer.otherApp, replaceWebhook: null, bought: false });
  const type = (text: string) => {
    setTyped(text);
    setLeft(false);
    const found = owned.data.find((each) => each.sender === senderIn(text));
    if (found && !found.reason) pick(found);
    else if (text) set({ sender: "", otherApp: null });
  };
  return (
    <div className="grid gap-4">
      <SenderChoice
        label="Numbers and Messaging Services of this account"
        empty="This account owns no number. Get a new one, or buy one in Twilio’s console."
        offers={owned.data}
        chosen={draft.sender}
        pick={pick}
      />
      <Field
        label="Or type it"
        error={whyNotTyped(typed, left, owned.data)}
        help="With its country code, such as +1 415 555 0142; or a Messaging Service’s SID, which begins with MG."
      >
        {(field) => (
          <Input
            {...field}
            autoComplete="off"
            value={typed}
            onChange={(event) => type(event.target.value)}
            onBlur={() => setLeft(true)}
            onKeyDown={(event) => event.key === "Enter" && setLeft(true)}
          />
        )}
      </Field>
    </div>
  );
}

const isService = (typed: string): boolean => /^MG/.test(typed.trim());

/** The number or the service's SID as it is offered; null: not a whole one. */
function senderIn(typed: string): string | null {
  if (!isService(typed)) return readPhone(typed);
  return typed.trim().length >= 34 ? typed.trim() : null;
}

/** @param left whether they are done with typing it */
function whyNotTyped(typed: string, left: boolean, offers: Offer[]): string | undefined {
  const wanted = senderIn(typed);
  if (typed.trim() === "" || (wanted === null && !left)) return undefined;
  const service = isService(typed);
  if (wanted === null && service) return "A Messaging Service’s SID has 34 characters: MG, and 32 more.";
  if (wanted === null) return "Must be a phone number with its country code, such as +14155550101.";
  const found = offers.find((each) => each.sender === wanted);
  if (found) return found.reason ?? undefined;
  const what = service ? "Messaging Service" : "phone number";
  return `The ${what} you entered doesn’t belong to this Twilio account. Check the account and the number.`;
}

const ALREADY = "It is connected already. Open its channel, or delete it there first.";

const numberOffer = (each: ProviderNumber, channels: Connection[]): Offer => ({
  sender: each.phoneNumber,
  name: sayPhone(each.phoneNumber),
  about: abilities(each.capabilities),
  otherApp: each.otherApp ?? null,
  reason: channels.some(({ phoneNumber }) => phoneNumber === each.phoneNumber)
    ? ALREADY
    : !each.capabilities.sms
      ? "It can’t send or receive SMS. Pick one whose capabilities at Twilio include SMS."
      : each.caughtBy
        ? `Its Messaging Service “${each.caughtBy.friendlyName}” gets its texts. Pick that one, or take the number out of it in Twilio’s console.`
        : null,
});

const serviceOffer = (each: ProviderService, channels: Connection[]): Offer => ({
  sender: each.messagingServiceSid,
  name: each.friendlyName,
  about: "Messaging Service",
  otherApp: each.otherApp,
  reason: channels.some(({ messagingServiceSid }) => messagingServiceSid === each.messagingServiceSid) ? ALREADY : null,
});

function WebhookQuestion({ wizard: { draft, set }, otherApp }: { wizard: Wizard; otherApp: string }) {
  const choose = (replaceWebhook: boolean) => () => set({ replaceWebhook });
  return (
    <fieldset className="grid gap-2 rounded-sm bg-warn-soft px-3 py-2.5">
      <legend className="sr-only">Where its texts shall go</legend>
      <p className="text-md text-pretty text-warn">
        Another app gets the texts of this {draft.sender.startsWith("MG") ? "service’s numbers" : "number"} now:{" "}
        <span className="font-mono text-sm wrap-anywhere">{otherApp}</span>. Only one can.
      </p>
      {(
        [
          [true, "Send its texts to Parley; the other app gets none any more"],
          [false, "Leave them with the other app; Parley only sends"],
        ] as const
      ).map(([value, words]) => (
        <label key={words} className="flex items-center gap-2 text-md max-md:min-h-11">
          <input
            type="radio"
            name="replace-webhook"
            className="accent-(--accent)"
            checked={draft.replaceWebhook === value}
            onChange={choose(value)}
          />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
