import { lazy, Suspense } from "react";
import type { Conversation } from "../../contract/conversations.ts";
import type { Message } from "../../contract/messages.ts";
import { sayAppointment } from "../shell/zones.ts";
import { useDeskZone, useTheirClocks } from "./clocks.ts";
import { useDialogs } from "./dialogs.ts";
import type { InboxSearch } from "./inbox-search.ts";
import { useMoveMessage } from "./later-bubble.tsx";
import { useResend } from "./resend.ts";

const MessageDetails = lazy(async () => ({ default: (await import("./message-details.tsx")).MessageDetails }));
const PictureDialog = lazy(async () => ({ default: (await import("./picture-dialog.tsx")).PictureDialog }));
const TimeDialog = lazy(async () => ({ default: (await import("./time-dialog.tsx")).TimeDialog }));
const Confirm = lazy(async () => ({ default: (await import("../ui/confirm.tsx")).Confirm }));

interface Props {
  conversation: Conversation;
  messages: readonly Message[];
  search: InboxSearch;
}

/** The dialogs about one message, or a file of one. */
export function ThreadDialogs({ conversation, messages, search }: Props) {
  const { close } = useDialogs();
  const message = messages.find((each) => each.id === search.of);
  const file = messages.flatMap((each) => each.media).find((each) => each.id === search.of);
  return (
    <Suspense>
      {search.dialog === "details" && search.of && <MessageDetails id={search.of} close={close} />}
      {search.dialog === "picture" && file && <PictureDialog file={file} close={close} />}
      {search.dialog === "move" && message && <Move conversation={conversation} message={message} close={close} />}
      {search.dialog === "again" && message && <Again message={message} close={close} />}
    </Suspense>
  );
}

function Move({ conversation, message, close }: { conversation: Conversation; message: Message; close(): void }) {
  const zone = useDeskZone();
  const theirs = useTheirClocks(conversation);
  const move = useMoveMessage();
  return (
    <TimeDialog
      title="Change when it leaves"
      about="Parley keeps it until then, and asks once more whether it may leave."
      zone={zone}
      theirs={theirs}
      act="Change"
      choose={(at) => {
        move.mutate({ message, sendAt: at, done: `Leaves ${sayAppointment(zone, at)}.` });
        close();
      }}
      close={close}
    />
  );
}

function Again({ message, close }: { message: Message; close(): void }) {
  const resend = useResend();
  return (
    <Confirm
      title="Send it again?"
      act="Send again"
      busy={resend.isPending}
      problem={null}
      onConfirm={() => resend.mutate(message, { onSuccess: close })}
      onClose={close}
    >
      The provider’s answer to the first try was lost, so they may have it already. If they do, they get it twice. Look
      it up in the provider’s log first if that would matter.
    </Confirm>
  );
}
