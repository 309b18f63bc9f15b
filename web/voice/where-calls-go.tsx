import type { VoiceSettings } from "../../contract/voice.ts";
import { CopyButton } from "../accounts/copy-secret.tsx";
import { sayMoment } from "../shell/words.ts";

/** Whether calls arrive here, and what to paste where while none has. */
export function WhereCallsGo({ voice: { lastCallAt, webhooks } }: { voice: VoiceSettings }) {
  if (lastCallAt)
    return <p className="text-sm text-ink-3">Calls arrive here. The last one came {sayMoment(lastCallAt)}.</p>;
  return (
    <div className="grid gap-2 text-md text-pretty text-ink-2">
      <p>
        No call has come yet. A number that Parley got sends its calls here by itself. For one of your own, open{" "}
        <span className="font-medium text-ink">
          Phone Numbers › Manage › Active numbers › this number › Voice Configuration
        </span>{" "}
        in Twilio’s console. Under “A call comes in” enter this, with HTTP POST:
      </p>
      <Address url={webhooks.call} />
      <p>And under “Call status changes” this, with HTTP POST:</p>
      <Address url={webhooks.ended} />
    </div>
  );
}

const Address = ({ url }: { url: string }) => (
  <p className="flex flex-wrap items-center gap-2">
    <code className="rounded-[4px] bg-sunken px-1.5 py-1 font-mono text-[12px] break-all">{url}</code>
    <CopyButton text={url} />
  </p>
);
