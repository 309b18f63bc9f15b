import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type RefObject, useState } from "react";
import type { Conversation } from "../../contract/conversations.ts";
import type { QuickReply } from "../../contract/quick-replies.ts";
import { fillTokens, tokensIn } from "../../contract/tokens.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMe } from "../shell/session.ts";
import { firstNameOf } from "../shell/words.ts";

/** A slash at the beginning of a word, and what is typed of the shortcut. */
const CALL = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u;
/** Where the list stands, for the box that it belongs to. */
export const LIST_ID = "quick-replies";

interface Parts {
  conversation: Conversation;
  box: RefObject<HTMLTextAreaElement | null>;
  text: string;
  setText(text: string): void;
}

export interface QuickReplyPicker {
  open: boolean;
  found: QuickReply[];
  chosen: number;
  /** Whether the team has any quick reply at all. */
  any: boolean;
  /** Looks whether one is called for where the caret stands. */
  look(box: HTMLTextAreaElement): void;
  onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void;
  insert(reply: QuickReply): void;
  /** Calls for one, for who has no slash at hand. */
  begin(): void;
  close(): void;
  attributes: Record<string, string | undefined>;
}

export function useQuickReplyPicker({ conversation, box, text, setText }: Parts): QuickReplyPicker {
  const { queries } = useApi();
  const values = useValues(conversation);
  const [call, setCall] = useState<{ typed: string; from: number; to: number } | null>(null);
  const [chosen, setChosen] = useState(0);
  const { data: replies = [] } = useQuery(queries.quickReplies());
  const typed = call?.typed.toLowerCase() ?? "";
  const found = replies
    .filter((each) => each.shortcut.includes(typed) || each.content.toLowerCase().includes(typed))
    .sort(
      (a, b) =>
        Number(b.shortcut.startsWith(typed)) - Number(a.shortcut.startsWith(typed)) ||
        a.shortcut.localeCompare(b.shortcut),
    );
  const close = () => setCall(null);
  const look = ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement) => {
    const match = selectionStart === selectionEnd ? CALL.exec(value.slice(0, selectionStart)) : null;
    const before = match?.[1];
    if (before === undefined) return close();
    if (before !== call?.typed) setChosen(0);
    setCall({ typed: before, from: selectionStart - before.length - 1, to: selectionStart });
  };
  const write = (next: string, from: number, to: number) => {
    setText(next);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(from, to);
    });
  };
  const insert = (reply: QuickReply) => {
    if (!call) return;
    const words = fillTokens(reply.content, values());
    const next = text.slice(0, call.from) + words + text.slice(call.to);
    const [hole] = tokensIn(words); // what nobody knows stands ready to be typed over
    const from = call.from + (hole ? hole.index : words.length);
    close();
    write(next, from, hole ? from + hole.text.length : from);
  };
  return {
    open: call !== null,
    any: replies.length > 0,
    found,
    chosen,
    look,
    insert,
    close,
    begin() {
      const { current } = box;
      const at = current?.selectionStart ?? text.length;
      const gap = at > 0 && !/\s$/.test(text.slice(0, at)) ? " /" : "/";
      setChosen(0);
      setCall({ typed: "", from: at + gap.length - 1, to: at + gap.length });
      write(text.slice(0, at) + gap + text.slice(at), at + gap.length, at + gap.length);
    },
    onKeyDown(event) {
      if (!call) return;
      const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      const reply = found[chosen];
      if (event.key === "Escape") close();
      else if (by !== 0 && found.length > 0) setChosen((chosen + by + found.length) % found.length);
      else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && reply)
        insert(reply);
      else return;
      event.preventDefault();
    },
    attributes: call
      ? {
          "aria-autocomplete": "list",
          "aria-controls": LIST_ID,
          "aria-activedescendant": found[chosen] ? `${LIST_ID}-${chosen}` : undefined,
        }
      : {},
  };
}

/** What the variables stand for in this conversation, at this moment. */
function useValues({ contact }: Conversation) {
  const { queries } = useApi();
  const me = useMe();
  const { data: workspace } = useQuery(queries.workspace());
  return () => {
    const zone = workspace ? { timeZone: workspace.timeZone } : {};
    const now = new Date();
    return {
      "contact.name": contact.name,
      "contact.firstName": contact.name && firstNameOf(contact.name),
      "org.name": workspace?.name ?? null,
      "agent.name": me.actor.name,
      date: new Intl.DateTimeFormat(undefined, { ...zone, dateStyle: "long" }).format(now),
      time: new Intl.DateTimeFormat(undefined, { ...zone, timeStyle: "short" }).format(now),
    };
  };
}
