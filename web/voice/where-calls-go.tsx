import { useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { isOfCalls } from "../../contract/channel-health.ts";
import type { Connection } from "../../contract/channels.ts";
import type { VoiceSettings } from "../../contract/voice.ts";
import { CopyButton } from "../accounts/copy-secret.tsx";
import { Refused } from "../api/client.ts";
import { keys } from "../api/keys.ts";
import { codeOf, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayMomentWithin } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { useToast } from "../ui/toast.tsx";

interface OfNumber {
  channel: Connection;
  voice: VoiceSettings;
}

/** Where a number's calls go, and what brings them here or away. Nothing is taken from anybody else without a yes. */
export function WhereCallsGo({ channel, voice }: OfNumber) {
  const { dialog } = useSearch({ from: "/app/settings/voice" });
  const go = useNavigate();
  const open = (next: string | undefined) =>
    void go({ to: "/settings/voice", search: { channel: channel.id, dialog: next } });
  const lost = channel.findings.find(({ code }) => isOfCalls(code));
  const isHere = voice.webhooks.setAt !== null;
  return (
    <div className="grid gap-2 text-md text-pretty text-ink-2">
      {isHere ? (
        <>
          <Here voice={voice} />
          <Button look="quiet" className="-ml-2.5 justify-self-start max-md:-ml-3.5" onClick={() => open("stop-calls")}>
            Stop sending its calls here
          </Button>
        </>
      ) : (
        <NotHere
          channel={channel}
          voice={voice}
          lost={lost?.message ?? null}
          leave={lost ? () => open("stop-calls") : null}
        />
      )}
      {dialog === "stop-calls" && (isHere || lost) && (
        <StopCalls channel={channel} isHere={isHere} close={() => open(undefined)} />
      )}
    </div>
  );
}

const lastCall = ({ lastCallAt }: VoiceSettings) =>
  lastCallAt ? `The last one came ${sayMomentWithin(lastCallAt)}.` : "None has come yet.";

const Here = ({ voice }: { voice: VoiceSettings }) => (
  <p>
    Its calls come to Parley. {lastCall(voice)}
    {!voice.answering && " While answering is off, each is ended at once."}
  </p>
);

function NotHere({
  channel,
  voice,
  lost,
  leave,
}: OfNumber & {
  /** That they do not come any more, where Parley had set that they do. */
  lost: string | null;
  /** Agrees to that. */
  leave: (() => void) | null;
}) {
  const { client, cache } = useApi();
  const say = useToast();
  const [isByHand, setByHand] = useState(false);
  const point = useMutation({
    mutationFn: (overwrite: boolean) =>
      client.ask<VoiceSettings>(`/api/channels/${channel.id}/voice/point`, {
        method: "POST",
        body: overwrite ? { overwrite } : {},
      }),
    onSuccess(changed) {
      cache.setQueryData(keys.voice(channel.id), changed);
      if (changed.webhooks.setAt) say("Its calls come to Parley from now on.");
    },
  });
  const inTheWay = point.isError && codeOf(point.error) === "calls_in_use" ? whose(point.error) : null;
  const refused = point.isSuccess && !point.data.webhooks.setAt;
  const reason = voice.answering ? null : "Save first: until then, each call would be ended at once.";
  return (
    <>
      <p>
        {lost ??
          (voice.lastCallAt ? `A call came here ${sayMomentWithin(voice.lastCallAt)}.` : "No call has come yet.")}
      </p>
      {inTheWay ? (
        <div role="alert" className="grid gap-2 rounded-sm bg-warn-soft px-3 py-2.5">
          <p className="text-warn">{inTheWay}</p>
          <div className="flex flex-wrap gap-2">
            <Button busy={point.isPending} onClick={() => point.mutate(true)}>
              Let Parley answer them instead
            </Button>
            <Button look="quiet" onClick={() => point.reset()}>
              Leave them there
            </Button>
          </div>
        </div>
      ) : (
        <div className="flex flex-wrap items-center gap-2">
          <Button busy={point.isPending} reason={reason} onClick={() => point.mutate(false)}>
            {point.isPending ? "Asking Twilio" : "Let Parley answer its calls"}
          </Button>
          {leave && (
            <Button look="quiet" onClick={leave}>
              Leave its calls there
            </Button>
          )}
          {!leave && !refused && !isByHand && (
            <Button look="quiet" onClick={() => setByHand(true)}>
              Set it by hand
            </Button>
          )}
        </div>
      )}
      {point.isError && !inTheWay && (
        <p role="alert" className="text-sm text-bad">
          {sentenceOf(point.error)}
        </p>
      )}
      {refused && (
        <p role="alert" className="text-sm text-warn">
          Twilio did not let Parley set this. It can be set by hand.
        </p>
      )}
      {(refused || isByHand) && !inTheWay && <ByHand voice={voice} />}
    </>
  );
}

/** What answers the calls now, from the refusal's own fields. */
function whose(error: Error): string {
  if (!(error instanceof Refused)) return sentenceOf(error);
  const { otherApp, otherEnds } = error.problem;
  if (typeof otherApp === "string")
    return `Its calls go to ${otherApp} now. Once Parley answers them, none goes there any more.`;
  return typeof otherEnds === "string"
    ? `Where its calls end, ${otherEnds} is told of it now. Once Parley answers them, it is not told any more.`
    : sentenceOf(error);
}

function StopCalls({ channel, isHere, close }: { channel: Connection; isHere: boolean; close(): void }) {
  const { client, cache } = useApi();
  const say = useToast();
  const stop = useMutation({
    mutationFn: () => client.ask<VoiceSettings>(`/api/channels/${channel.id}/voice/point`, { method: "DELETE" }),
    async onSuccess(changed) {
      cache.setQueryData(keys.voice(channel.id), changed);
      await cache.invalidateQueries({ queryKey: keys.channels });
      const isLeft = changed.webhooks.setAt !== null;
      say(
        isLeft
          ? "Twilio did not let Parley take its addresses away. Remove them in Twilio’s console."
          : "Its calls do not come to Parley any more.",
      );
      close();
    },
  });
  return (
    <Confirm
      title={isHere ? "Stop sending its calls here?" : "Leave its calls there?"}
      act={isHere ? "Stop" : "Leave them"}
      busy={stop.isPending}
      problem={stop.isError ? sentenceOf(stop.error) : null}
      onConfirm={() => stop.mutate()}
      onClose={close}
    >
      {isHere
        ? "Parley takes its own addresses away from this number at Twilio. Who calls it then reaches nobody, until you enter there who answers. Its texts are not touched."
        : "Nothing that somebody else has set for this number at Twilio is touched, nor are its texts. Parley stops looking where its calls go."}
    </Confirm>
  );
}

const ByHand = ({ voice: { webhooks } }: { voice: VoiceSettings }) => (
  <>
    <p>
      In Twilio’s console open{" "}
      <span className="font-medium text-ink">
        Phone Numbers › Manage › Active numbers › this number › Voice Configuration
      </span>
      . Under “A call comes in” enter this, with HTTP POST:
    </p>
    <Address url={webhooks.call} />
    <p>And under “Call status changes” this, with HTTP POST:</p>
    <Address url={webhooks.ended} />
  </>
);

const Address = ({ url }: { url: string }): ReactNode => (
  <p className="flex flex-wrap items-center gap-2">
    <code className="rounded-[4px] bg-sunken px-1.5 py-1 font-mono text-[12px] break-all">{url}</code>
    <CopyButton text={url} />
  </p>
);
