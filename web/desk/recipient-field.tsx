import { useQuery } from "@tanstack/react-query";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { X } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import type { ContactId } from "../../contract/ids.ts";
import { useApi } from "../shell/desk-api.ts";
import { callThem, sayPhone } from "../shell/words.ts";
import { Avatar } from "../ui/avatar.tsx";
import { IconButton } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Input } from "../ui/field.tsx";

export interface Recipient {
  phone: string;
  name: string | null;
  contactId: ContactId | null;
}

/** The number that is typed, in full; a national one is taken for one of the country that we send from. */
function numberIn(text: string, countryOf: string | null): string | null {
  if (!/^[+\d][\d\s().-]{5,}$/.test(text)) return null;
  const country = countryOf ? parsePhoneNumberFromString(countryOf)?.country : undefined;
  const parsed = parsePhoneNumberFromString(text, country);
  return parsed?.isPossible() ? parsed.number : null;
}

/** To whom: somebody who is known, by name or number, or any number. */
export function RecipientField({
  chosen,
  choose,
  countryOf,
}: {
  chosen: Recipient | null;
  choose(recipient: Recipient | null): void;
  /** A number of ours. */
  countryOf: string | null;
}) {
  if (!chosen) return <Find choose={choose} countryOf={countryOf} />;
  return (
    <div className="grid gap-1">
      <span className="text-sm font-medium text-ink-2">To</span>
      <div className="flex h-11 items-center gap-2.5 rounded-sm border border-line-strong px-2.5">
        <Avatar name={callThem(chosen)} />
        <span className="min-w-0 flex-1 truncate tabular">
          <span className="font-medium">{callThem(chosen)}</span>
          {chosen.name && <span className="text-ink-3"> {sayPhone(chosen.phone)}</span>}
        </span>
        <IconButton label="Choose somebody else" onClick={() => choose(null)}>
          <X aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}

/** Whom the text may mean, and who of them it names in full; a number that nobody has yet comes first. */
function useFound(asked: string, countryOf: string | null) {
  const { queries } = useApi();
  const { data } = useQuery({ ...queries.recipients(asked), enabled: asked.length > 0 });
  const typed = numberIn(asked, countryOf);
  const people = (asked ? (data ?? []) : []).flatMap(({ phone, name, id }): Recipient[] =>
    phone === null ? [] : [{ phone, name, contactId: id }],
  );
  if (typed !== null && !people.some(({ phone }) => phone === typed))
    people.unshift({ phone: typed, name: null, contactId: null });
  const named = people.filter(({ name, phone }) => phone === typed || name?.toLowerCase() === asked.toLowerCase());
  return {
    people,
    exact: named.length === 1 ? (named[0]?.phone ?? null) : null,
    nobody: people.length === 0 && data !== undefined,
  };
}

function Find({ choose, countryOf }: { choose(recipient: Recipient): void; countryOf: string | null }) {
  const id = useId();
  const [text, setText] = useState("");
  /** Whose number an arrow has come to. */
  const [marked, setMarked] = useState<string | null>(null);
  const asked = text.trim();
  const { people, exact, nobody } = useFound(asked, countryOf);
  // Enter takes who is marked, or named in full: never somebody who only resembles what was typed.
  const at = people.findIndex(({ phone }) => phone === (marked ?? exact));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: at + 1, ArrowUp: at < 0 ? people.length - 1 : at - 1, Enter: at }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const person = people[step];
    if (!person) return;
    if (event.key === "Enter") choose(person);
    else setMarked(person.phone);
  };
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium text-ink-2">
        To
      </label>
      <Input
        id={id}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={people.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={at < 0 ? undefined : `${id}-${at}`}
        autoComplete="off"
        value={text}
        placeholder="A name, or a number such as +1 415 555 0123"
        onChange={(event) => {
          setText(event.target.value);
          setMarked(null);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="Whom it may be"
        className="max-h-56 overflow-y-auto rounded-md border border-line p-1 empty:hidden"
      >
        {people.map((person, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's, which keeps the focus
          <div
            key={person.phone}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === at}
            tabIndex={-1}
            ref={place === at ? scrollTo : undefined}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(person)}
            className={cx(
              "flex min-h-10 cursor-pointer items-center gap-2.5 rounded-sm px-2 text-md tabular hover:bg-canvas max-md:min-h-11",
              place === at && "bg-sunken!",
            )}
          >
            <Avatar name={callThem(person)} />
            <span className="min-w-0 flex-1 truncate">
              {person.contactId ? callThem(person) : `Text ${sayPhone(person.phone)}`}
            </span>
            {person.name && <span className="text-sm text-ink-3 tabular">{sayPhone(person.phone)}</span>}
          </div>
        ))}
      </div>
      {nobody && (
        <p role="status" className="px-2 py-2 text-sm text-ink-2">
          Nobody goes by that. Type a whole number to write to somebody new.
        </p>
      )}
    </div>
  );
}

const scrollTo = (element: HTMLElement | null) => element?.scrollIntoView({ block: "nearest" });
