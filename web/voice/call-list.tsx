import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Phone, PhoneIncoming, PhoneMissed, Voicemail } from "lucide-react";
import type { Call } from "../../contract/voice.ts";
import { sentenceOf } from "../api/problems.ts";
import { Section } from "../consent/section.tsx";
import { useApi } from "../shell/desk-api.ts";
import { sayFully, sayMoment } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { sayCall, sayCaller, sayText } from "./call-words.ts";
import { Recording } from "./recording.tsx";

/** The calls to one number, newest first. */
export function CallList({ channelId }: { channelId: string }) {
  const { queries } = useApi();
  const calls = useInfiniteQuery(queries.calls({ channelId }));
  const all = calls.data?.pages.flatMap((page) => page.items);
  return (
    <Section title="Calls" about="Everybody who called this number, the last one first.">
      {!all && calls.isError && <Failed again={() => void calls.refetch()}>{sentenceOf(calls.error)}</Failed>}
      {!all && !calls.isError && <Skeleton className="h-40 w-full" />}
      {all?.length === 0 && <p className="text-md text-ink-3">Nobody has called yet.</p>}
      {all && all.length > 0 && (
        <ul aria-label="Calls" className="border-t">
          {all.map((call) => (
            <CallRow key={call.id} call={call} />
          ))}
        </ul>
      )}
      {calls.hasNextPage && (
        <Button
          look="quiet"
          className="justify-self-start"
          busy={calls.isFetchingNextPage}
          onClick={() => void calls.fetchNextPage()}
        >
          Show earlier calls
        </Button>
      )}
    </Section>
  );
}

const ICONS = { missed: PhoneMissed, voicemail: Voicemail, answered: PhoneIncoming } as const;

function CallRow({ call }: { call: Call }) {
  const Icon = call.outcome ? ICONS[call.outcome] : Phone;
  const text = sayText(call);
  const conversationId = call.text?.conversationId;
  return (
    <li className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b py-2 text-md">
      <Icon aria-hidden className="size-4 shrink-0 text-ink-3" />
      <span className="w-44 truncate font-medium max-md:w-auto max-md:flex-1">{sayCaller(call)}</span>
      <span className="min-w-0 flex-1 text-ink-2 max-md:order-last max-md:basis-full max-md:pl-7">
        {sayCall(call)}
        {text && (
          <>
            {" · "}
            {conversationId ? (
              <Link
                to="/inbox/$conversationId"
                params={{ conversationId }}
                search={{}}
                className="font-medium text-accent hover:underline"
              >
                {text}
              </Link>
            ) : (
              <span className="text-ink-3">{text}</span>
            )}
          </>
        )}
      </span>
      <time dateTime={call.startedAt} title={sayFully(call.startedAt)} className="text-sm text-ink-3 tabular">
        {sayMoment(call.startedAt)}
      </time>
      {call.recording && (
        <div className="basis-full pl-7 max-md:order-last">
          <Recording call={call} recording={call.recording} />
        </div>
      )}
    </li>
  );
}
