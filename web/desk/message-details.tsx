import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { MessageWithEvents } from "../../contract/messages.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayPhone } from "../shell/words.ts";
import { sayAppointment } from "../shell/zones.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { useDeskZone } from "./clocks.ts";
import { sayWhy } from "./failures.ts";
import { inShort } from "./file-words.ts";

/** How a message fared: when it was written, each try to hand it over, and all that the provider said of it. */
export function MessageDetails({ id, close }: { id: string; close(): void }) {
  const { queries } = useApi();
  const message = useQuery(queries.message(id));
  return (
    <Dialog open onClose={close} title="How this message fared">
      {message.data ? (
        <Known message={message.data} />
      ) : message.isError ? (
        <Failed again={() => void message.refetch()}>{sentenceOf(message.error)}</Failed>
      ) : (
        <div role="status" aria-label="Loading the message" className="grid gap-3">
          <Skeleton className="h-4 w-2/3" />
          <Skeleton className="h-24 w-full" />
        </div>
      )}
    </Dialog>
  );
}

const OUTCOMES: Record<MessageWithEvents["attempts"][number]["outcome"], string> = {
  pending: "Handed to the provider, which has not answered yet",
  accepted: "The provider took it",
  refused: "The provider refused it",
  limited: "The provider asked us to slow down, so it waited",
  not_sent: "The provider could not be reached, so it waited",
  unknown: "The provider’s answer was lost; its list is being asked",
  absent: "The provider never got it",
};

const STATES: Record<string, string> = {
  accepted: "Accepted by the provider",
  sent: "Sent to the carrier",
  delivered: "Delivered to the phone",
  read: "Read",
  undelivered: "Not delivered",
  failed: "Failed",
  canceled: "Canceled",
};

const SOURCES = { callback: "as it reported", list: "as its list shows", send: "as it answered" } as const;

interface Entry {
  at: string;
  what: string;
  about: string | null;
}

/** @param zone by whose clocks it was put off */
function storyOf(message: MessageWithEvents, zone: string): Entry[] {
  const { createdAt, sendAt, sender, attempts, deliveryEvents } = message;
  const written = sender.name ? `by ${sender.name}` : sender.type === "system" ? "automatically" : null;
  const code = (providerCode: string | null) => (providerCode ? `code ${providerCode}` : null);
  const join = (...parts: Array<string | null>) => parts.filter(Boolean).join(", ") || null;
  return [
    { at: createdAt, what: "Written", about: join(written, sendAt && `for ${sayAppointment(zone, new Date(sendAt))}`) },
    ...attempts.map(({ at, outcome, providerCode }) => ({ at, what: OUTCOMES[outcome], about: code(providerCode) })),
    ...deliveryEvents.map(({ at, status, providerCode, source }) => ({
      at,
      what: STATES[status] ?? status,
      about: join(SOURCES[source], code(providerCode)),
    })),
  ].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

const KINDS = {
  reply: "Reply",
  service: "One to one",
  automated: "Automated",
  marketing: "Marketing",
  notice: "Answer to a keyword",
} as const;

const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

function Known({ message }: { message: MessageWithEvents }) {
  const zone = useDeskZone();
  const { from, to, kind, segments, encoding, providerSid, reason } = message;
  return (
    <div className="grid gap-5">
      <p className="line-clamp-3 rounded-md bg-sunken px-3 py-2 whitespace-pre-wrap">{inShort(message)}</p>
      {reason && <p className="text-pretty text-bad">{sayWhy(message)}</p>}
      <ol aria-label="What happened, in order" className="grid gap-2.5 text-sm">
        {storyOf(message, zone).map((entry, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a history is only ever added to
          <li key={at} className="grid grid-cols-[8px_minmax(0,1fr)] gap-2.5">
            <span aria-hidden className="mt-[6px] size-[7px] rounded-full bg-line-strong" />
            <span>
              {entry.what}
              {entry.about && <span className="text-ink-2"> {entry.about}</span>}
              <time dateTime={entry.at} className="block text-xs text-ink-3 tabular">
                {EXACT.format(new Date(entry.at))}
              </time>
            </span>
          </li>
        ))}
      </ol>
      <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-2 gap-y-1.5 border-t pt-4 text-sm tabular">
        <Fact name="From">{sayPhone(from)}</Fact>
        <Fact name="To">{sayPhone(to)}</Fact>
        {kind && <Fact name="Kind">{KINDS[kind]}</Fact>}
        <Fact name="Segments">
          {segments}, {encoding}
        </Fact>
        {providerSid && (
          <Fact name="Provider’s id">
            <span className="font-mono text-xs break-all select-all">{providerSid}</span>
          </Fact>
        )}
      </dl>
    </div>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-ink-3">{name}</dt>
    <dd>{children}</dd>
  </>
);
