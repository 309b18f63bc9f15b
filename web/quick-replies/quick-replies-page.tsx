import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus, Search } from "lucide-react";
import { useState } from "react";
import type { QuickReply } from "../../contract/quick-replies.ts";
import { tokensIn } from "../../contract/tokens.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useOpened } from "../shell/opened.ts";
import { PageFrame } from "../shell/page-frame.tsx";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { plural } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Input } from "../ui/field.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { DeleteQuickReply } from "./delete-quick-reply.tsx";
import { EditQuickReply } from "./edit-quick-reply.tsx";

/** From here on a list is looked through by typing. */
const MANY = 8;

export function QuickRepliesPage() {
  const { queries } = useApi();
  const may = useMay();
  const navigate = useNavigate();
  const { open, close } = useOpened();
  const { dialog } = useSearch({ from: "/app/quick-replies" });
  const [q, setQ] = useState("");
  const mayRead = may("inbox.reply");
  const replies = useQuery({ ...queries.quickReplies(), enabled: mayRead });
  const reason = may("templates.write") ? null : NOT_ALLOWED;
  const show = (next: string) => open({ dialog: next });
  const hide = () => close({ dialog: undefined });
  const all = (replies.data ?? []).toSorted((one, other) => one.shortcut.localeCompare(other.shortcut));
  const wanted = q.trim().toLowerCase().replace(/^\//, "");
  const found = all.filter((each) => `${each.shortcut} ${each.content}`.toLowerCase().includes(wanted));
  const [act, id] = dialog?.split(":") ?? [];
  const meant = all.find((each) => each.id === id);
  const add = (
    <Button look="primary" reason={reason} onClick={() => show("new")}>
      <Plus aria-hidden className="size-3.5" /> Add a quick reply
    </Button>
  );
  return (
    <PageFrame
      title="Quick replies"
      about="What your team writes often. In an answer, type / and a few letters."
      act={all.length > 0 ? add : null}
    >
      {!mayRead && (
        <Empty title="Quick replies are for who answers">
          Your role lets you read along. Ask an owner or admin of the workspace if you should answer too.
        </Empty>
      )}
      {mayRead && replies.isPending && <Skeleton className="h-14 w-full" />}
      {replies.isError && !replies.data && (
        <Failed again={() => void replies.refetch()}>{sentenceOf(replies.error)}</Failed>
      )}
      {replies.data?.length === 0 && (
        <Empty title="No quick reply yet" act={add}>
          Begin with the one you typed three times today: opening hours, the way to you, a thank-you.
        </Empty>
      )}
      {all.length >= MANY && (
        <div className="relative mb-3 flex max-w-80 items-center">
          <Search aria-hidden className="absolute left-2.5 size-3.5 text-ink-3" />
          <Input
            type="search"
            aria-label="Find a quick reply"
            placeholder="Find by shortcut or words"
            value={q}
            onChange={(event) => setQ(event.target.value)}
            className="pl-8"
          />
        </div>
      )}
      {all.length > 0 && (
        <ul aria-label="Quick replies" className="border-t">
          {found.map((reply) => (
            <Row
              key={reply.id}
              reply={reply}
              reason={reason}
              edit={() => show(`edit:${reply.id}`)}
              remove={() => show(`delete:${reply.id}`)}
            />
          ))}
          {found.length === 0 && (
            <li role="status" className="py-6 text-center text-sm text-ink-2">
              {plural(all.length, "quick reply", "quick replies")}, none with these words.
            </li>
          )}
        </ul>
      )}
      {act === "new" && <EditQuickReply reply={null} close={hide} />}
      {act === "edit" && meant && <EditQuickReply key={meant.id} reply={meant} close={hide} />}
      {act === "delete" && meant && (
        <DeleteQuickReply
          reply={meant}
          close={hide}
          done={() => void navigate({ to: "/quick-replies", search: { dialog: undefined }, replace: true })}
        />
      )}
    </PageFrame>
  );
}

function Row({
  reply,
  reason,
  edit,
  remove,
}: {
  reply: QuickReply;
  reason: string | null;
  edit(): void;
  remove(): void;
}) {
  return (
    <li className="flex items-start gap-4 border-b py-3 max-md:flex-wrap max-md:items-center max-md:gap-y-0 max-md:pt-1">
      <span className="w-32 shrink-0 truncate pt-px font-mono text-sm font-medium text-accent">/{reply.shortcut}</span>
      <p className="min-w-0 flex-1 whitespace-pre-wrap max-md:order-last max-md:w-full max-md:flex-none">
        <WithTokens text={reply.content} />
      </p>
      <span className="flex shrink-0 gap-1 max-md:ml-auto">
        <Button look="quiet" reason={reason} aria-label={`Edit /${reply.shortcut}`} onClick={edit}>
          Edit
        </Button>
        <Button look="quiet" reason={reason} aria-label={`Delete /${reply.shortcut}`} onClick={remove}>
          Delete
        </Button>
      </span>
    </li>
  );
}

/** A text with its variables set apart. */
function WithTokens({ text }: { text: string }) {
  const parts = [];
  let at = 0;
  for (const token of tokensIn(text)) {
    parts.push(text.slice(at, token.index));
    parts.push(
      <span key={token.index} className="rounded-[4px] bg-accent-soft px-1 font-mono text-sm text-accent">
        {token.name}
      </span>,
    );
    at = token.index + token.text.length;
  }
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  );
}
