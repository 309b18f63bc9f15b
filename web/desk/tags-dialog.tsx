import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../shell/desk-api.ts";
import { plural } from "../shell/words.ts";
import { Choice, Choices } from "../ui/choices.tsx";
import { useActs } from "./acts.ts";
import { useDialogs } from "./dialogs.ts";
import { useKept, useTargets } from "./targets.ts";

const MAX_CHARACTERS = 60;

/** Gives tags and takes them away, one after the other; a new one is made by typing it. */
export function TagsDialog() {
  const { queries } = useApi();
  const dialogs = useDialogs();
  const { act } = useActs();
  const targets = useTargets();
  const kept = useKept(targets);
  const { data: known = [] } = useQuery(queries.conversationTags());
  const [text, setText] = useState("");
  const [changed, setChanged] = useState<Record<string, boolean>>({});
  const has = (tag: string) =>
    changed[tag] ?? (kept.length > 0 && kept.every((conversation) => conversation.tags.includes(tag)));
  const tags = [...new Set([...known, ...kept.flatMap((each) => each.tags), ...Object.keys(changed)])].sort();
  const typed = text.trim().slice(0, MAX_CHARACTERS);
  const isNew = typed !== "" && !tags.some((tag) => tag.toLowerCase() === typed.toLowerCase());
  const toggle = (tag: string) => {
    act(targets, { action: has(tag) ? "untag" : "tag", tag });
    setChanged((before) => ({ ...before, [tag]: !has(tag) }));
    setText("");
  };
  return (
    <Choices
      title={targets.length > 1 ? `Tag ${plural(targets.length, "conversation")}` : "Tags"}
      placeholder="A tag, or a new one"
      text={text}
      onText={setText}
      makes
      onClose={dialogs.close}
    >
      {tags.map((tag) => (
        <Choice key={tag} name={tag} checked={has(tag)} onChoose={() => toggle(tag)}>
          {tag}
        </Choice>
      ))}
      {isNew && (
        <Choice name={`new ${typed}`} always aside="new" onChoose={() => toggle(typed)}>
          Tag “{typed}”
        </Choice>
      )}
    </Choices>
  );
}
