import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { sentenceOf } from "../api/problems.ts";
import { nameOf, senderOf } from "../channels/connection-words.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { AnswerForm } from "./answer-form.tsx";
import { CallList } from "./call-list.tsx";
import { ManagedNumber } from "./managed-number.tsx";

/** How each number answers calls, who called, and the number that Parley gets. */
export function VoiceSettings() {
  const { queries } = useApi();
  const may = useMay();
  const channels = useQuery(queries.channels());
  if (!may("sms.manage")) return <p className="text-md text-ink-2">{NOT_ALLOWED}</p>;
  if (channels.isError) return <Failed again={() => void channels.refetch()}>{sentenceOf(channels.error)}</Failed>;
  if (!channels.data) return <Skeleton className="h-80 w-full max-w-[40rem]" />;
  return (
    <div className="grid grid-cols-1 gap-10">
      <Numbers />
      <ManagedNumber />
    </div>
  );
}

function Numbers() {
  const { queries } = useApi();
  const { channel: asked } = useSearch({ from: "/app/settings/voice" });
  const go = useNavigate();
  const { data: channels = [] } = useQuery(queries.channels());
  const numbers = channels.filter((each) => each.phoneNumber !== null);
  const chosen = numbers.find((each) => each.id === asked) ?? numbers[0];
  const voice = useQuery({ ...queries.voice(chosen?.id ?? ""), enabled: chosen !== undefined });
  if (!chosen)
    return (
      <Empty
        title="No number takes calls yet"
        act={
          <Link to="/account/channels" search={{ dialog: undefined }} className="text-sm font-medium text-accent">
            Connect a number of your own
          </Link>
        }
      >
        Connect a number that you have, or let Parley get one below. How it answers calls is set here.
      </Empty>
    );
  return (
    <>
      {numbers.length > 1 && (
        <div className="max-w-[40rem]">
          <Field label="Number">
            {(field) => (
              <Select
                {...field}
                value={chosen.id}
                onChange={(channel) => void go({ to: "/settings/voice", search: { channel } })}
                choices={numbers.map((each) => ({
                  value: each.id,
                  label: each.friendlyName ? `${nameOf(each)}, ${senderOf(each)}` : senderOf(each),
                }))}
              />
            )}
          </Field>
        </div>
      )}
      {voice.data ? (
        <AnswerForm key={chosen.id} channel={chosen} voice={voice.data} />
      ) : voice.isError ? (
        <Failed again={() => void voice.refetch()}>{sentenceOf(voice.error)}</Failed>
      ) : (
        <Skeleton className="h-80 w-full max-w-[40rem]" />
      )}
      <CallList key={`calls-${chosen.id}`} channelId={chosen.id} />
    </>
  );
}
