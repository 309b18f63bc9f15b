import { useQuery } from "@tanstack/react-query";
import { Command as Cmdk } from "cmdk";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { X } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import type { ContactId } from "../../contract/ids.ts";
import { useApi } from "../shell/desk-api.ts";
import { callThem, sayPhone } from "../shell/words.ts";
import { Avatar } from "../ui/avatar.tsx";
import { IconButton } from "../ui/button.tsx";

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
  const { queries } = useApi();
  const id = useId();
  const [text, setText] = useState("");
  const asked = text.trim();
  const { data } = useQuery({ ...queries.recipients(asked), enabled: asked.length > 0 && chosen === null });
  const people = asked ? (data ?? []).filter((each) => each.phone !== null) : [];
  const typed = numberIn(asked, countryOf);
  const fresh = typed !== null && !people.some((each) => each.phone === typed) ? typed : null;

  if (chosen)
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
  return (
    <Cmdk shouldFilter={false} label="To" className="relative grid gap-1">
      <label htmlFor={id} className="text-sm font-medium text-ink-2">
        To
      </label>
      <Cmdk.Input
        id={id}
        value={text}
        onValueChange={setText}
        placeholder="A name, or a number such as +1 415 555 0123"
        className="h-9 w-full rounded-sm border border-line-strong bg-surface px-2.5 text-md max-md:h-11 max-md:text-[16px]"
      />
      {asked !== "" && (
        <Cmdk.List className="max-h-56 overflow-y-auto rounded-md border border-line p-1">
          {fresh && (
            <Option value={fresh} onSelect={() => choose({ phone: fresh, name: null, contactId: null })}>
              <Avatar name={fresh} /> Text {sayPhone(fresh)}
            </Option>
          )}
          {people.map((person) => (
            <Option
              key={person.id}
              value={person.id}
              onSelect={() => choose({ phone: person.phone ?? "", name: person.name, contactId: person.id })}
            >
              <Avatar name={callThem(person)} />
              <span className="min-w-0 flex-1 truncate">{callThem(person)}</span>
              {person.name && person.phone && (
                <span className="text-sm text-ink-3 tabular">{sayPhone(person.phone)}</span>
              )}
            </Option>
          ))}
          {!fresh && people.length === 0 && data && (
            <p role="status" className="px-2 py-2 text-sm text-ink-2">
              Nobody goes by that. Type a whole number to write to somebody new.
            </p>
          )}
        </Cmdk.List>
      )}
    </Cmdk>
  );
}

const Option = ({ value, onSelect, children }: { value: string; onSelect(): void; children: ReactNode }) => (
  <Cmdk.Item
    value={value}
    onSelect={onSelect}
    className="flex min-h-10 cursor-pointer items-center gap-2.5 rounded-sm px-2 text-md tabular data-[selected=true]:bg-sunken max-md:min-h-11"
  >
    {children}
  </Cmdk.Item>
);
