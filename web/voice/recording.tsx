import { useState } from "react";
import type { Call } from "../../contract/voice.ts";
import { withQuery } from "../api/client.ts";
import { useMe } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { sayCaller, sayLength } from "./call-words.ts";

/** It is fetched when somebody wants to hear it. */
export function Recording({ call, recording }: { call: Call; recording: NonNullable<Call["recording"]> }) {
  const { workspaceId } = useMe();
  const [heard, setHeard] = useState(false);
  const [failed, setFailed] = useState(false);
  const name = `Voicemail of ${sayCaller(call)}, ${sayLength(recording.seconds)}`;
  return (
    <>
      {heard ? (
        <>
          {/* biome-ignore lint/a11y/useMediaCaption: what a caller said is not written down anywhere */}
          <audio
            controls
            autoPlay
            preload="auto"
            aria-label={name}
            src={withQuery(recording.url, { workspace: workspaceId })}
            onError={() => setFailed(true)}
            className="h-9 w-full max-w-[24rem]"
          />
          {failed && (
            <p role="alert" className="mt-1 text-sm text-bad">
              Twilio did not hand it out. It may have been deleted there; try again later.
            </p>
          )}
        </>
      ) : (
        <Button
          look="quiet"
          className="-ml-2.5 max-md:-ml-3.5"
          aria-label={`Listen: ${name}`}
          onClick={() => setHeard(true)}
        >
          Listen
        </Button>
      )}
    </>
  );
}
