import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useKeys } from "../shell/keyboard.ts";
import { useOpened } from "../shell/opened.ts";
import { Kbd } from "../ui/button.tsx";
import type { InboxSearch } from "./inbox-search.ts";

const PAUSE_MS = 200;

/** What is typed stands in the address as soon as the hand rests; the first letters are a step, so back ends the search. */
export function SearchBox({ search }: { search: InboxSearch }) {
  const opened = useOpened();
  const [text, setText] = useState(search.q ?? "");
  const box = useRef<HTMLInputElement>(null);
  useKeys({
    "/": () => {
      box.current?.focus();
      box.current?.select();
    },
  });
  const asked = search.q ?? "";
  useEffect(() => setText(asked), [asked]);
  const latest = useRef(opened);
  latest.current = opened;
  useEffect(() => {
    const next = text.trim();
    if (next === asked) return;
    const timer = setTimeout(() => {
      const { open, close, replace } = latest.current;
      if (next === "") close({ q: undefined });
      else if (asked === "") open({ q: next });
      else replace({ q: next });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, asked]);
  return (
    <search className="relative mx-3.5 mb-2 flex items-center">
      <Search aria-hidden className="absolute left-2.5 size-3.5 text-ink-3" />
      <input
        ref={box}
        type="search"
        aria-label="Search names, numbers and words"
        placeholder="Search name, number, words"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            setText("");
            event.currentTarget.blur();
          }
          if (event.key === "ArrowDown" || event.key === "Enter") {
            event.preventDefault();
            document.querySelector<HTMLElement>("[data-row] a")?.focus();
          }
        }}
        className="h-8 w-full rounded-md bg-sunken pr-8 pl-8 text-md max-md:h-11 max-md:text-[16px] [&::-webkit-search-cancel-button]:hidden"
      />
      {text ? (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => {
            setText("");
            box.current?.focus();
          }}
          className="absolute right-1 grid size-6 place-items-center rounded-sm text-ink-3 hover:text-ink max-md:size-11"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      ) : (
        <Kbd className="absolute right-2.5">/</Kbd>
      )}
    </search>
  );
}
