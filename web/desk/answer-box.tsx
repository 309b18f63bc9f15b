import { Clock, Zap } from "lucide-react";
import { lazy, type RefObject, Suspense } from "react";
import type { Conversation } from "../../contract/conversations.ts";
import type { ConnectionId } from "../../contract/ids.ts";
import { countSegments } from "../../contract/segments.ts";
import { tokensIn } from "../../contract/tokens.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMe } from "../shell/session.ts";
import { callThem } from "../shell/words.ts";
import { sayAppointment } from "../shell/zones.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { useToast } from "../ui/toast.tsx";
import { useDeskZone, useTheirClocks } from "./clocks.ts";
import { useDialogs } from "./dialogs.ts";
import type { InboxSearch } from "./inbox-search.ts";
import { sendWords } from "./outbox.ts";
import { useQuickReplyPicker } from "./quick-reply-picker.ts";
import { Marked, SegmentCount } from "./segment-count.tsx";
import { LETTERS, onSendKeys, useDraft, WriteBox } from "./write-box.tsx";

const QuickReplyList = lazy(async () => ({ default: (await import("./quick-reply-list.tsx")).QuickReplyList }));
const TimeDialog = lazy(async () => ({ default: (await import("./time-dialog.tsx")).TimeDialog }));

export const MAX_CHARACTERS = 1600;

/** Why these words can't be sent as they are; null where they can. */
export function whyNot(text: string, characters: number): string | null {
  if (text.trim() === "") return "Write something first.";
  if (characters > MAX_CHARACTERS) return "A text holds 1,600 characters at most.";
  const [token] = tokensIn(text);
  return token ? `${token.text} is not filled in. Write the word that it stands for.` : null;
}

interface Props {
  conversation: Conversation;
  search: InboxSearch;
  box: RefObject<HTMLTextAreaElement | null>;
  connectionId: ConnectionId | null;
}

export function AnswerBox({ conversation, search, box, connectionId }: Props) {
  const api = useApi();
  const me = useMe();
  const say = useToast();
  const dialogs = useDialogs();
  const [text, setText] = useDraft(`draft.${conversation.id}`);
  const count = countSegments(text);
  const reason = whyNot(text, count.characters);
  const picker = useQuickReplyPicker({ conversation, box, text, setText });
  const send = (sendAt?: Date) => {
    if (reason) return;
    sendWords(api, me.actor.id ?? "", conversation.id, {
      content: text,
      ...(connectionId ? { connectionId } : {}),
      ...(sendAt ? { sendAt: sendAt.toISOString() } : {}),
    });
    setText("");
    box.current?.focus();
  };
  return (
    <>
      {picker.open && (
        <Suspense>
          <QuickReplyList picker={picker} />
        </Suspense>
      )}
      <WriteBox
        ref={box}
        aria-label={`Answer to ${callThem(conversation.contact)}`}
        aria-describedby="segment-count"
        placeholder="Write an answer, or / for a quick reply"
        value={text}
        {...picker.attributes}
        onChange={(event) => {
          setText(event.target.value);
          picker.look(event.target);
        }}
        onSelect={(event) => picker.look(event.currentTarget)}
        onBlur={picker.close}
        onKeyDown={(event) => {
          picker.onKeyDown(event);
          onSendKeys(send)(event);
        }}
        behind={<Marked text={text} characters={count.unicodeCharacters} tokens={tokensIn(text)} className={LETTERS} />}
      />
      <div className="flex items-end gap-1 px-2.5 pt-1 pb-2.5">
        <SegmentCount count={count} text={text} tooLong={count.characters > MAX_CHARACTERS} replace={setText} />
        <IconButton label="Quick replies" hint="/" side="top" onClick={picker.begin}>
          <Zap aria-hidden />
        </IconButton>
        <IconButton label="Send later" side="top" reason={reason} onClick={() => dialogs.open("later")}>
          <Clock aria-hidden />
        </IconButton>
        <Button
          look="primary"
          className="ml-1"
          reason={reason}
          onClick={() => send()}
          aria-keyshortcuts="Control+Enter Meta+Enter"
        >
          Send
        </Button>
      </div>
      {search.dialog === "later" && (
        <Suspense>
          <Later
            conversation={conversation}
            reason={reason}
            close={dialogs.close}
            choose={(at, zone) => {
              send(at);
              say(`Leaves ${sayAppointment(zone, at)}.`);
              dialogs.close();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function Later({
  conversation,
  reason,
  choose,
  close,
}: {
  conversation: Conversation;
  reason: string | null;
  choose(at: Date, zone: string): void;
  close(): void;
}) {
  const zone = useDeskZone();
  const theirs = useTheirClocks(conversation);
  return (
    <TimeDialog
      title="Send later"
      about={reason ?? "Parley keeps it until then, and asks once more whether it may leave."}
      zone={zone}
      theirs={theirs}
      act="Schedule"
      choose={(at) => (reason ? close() : choose(at, zone))}
      close={close}
    />
  );
}
