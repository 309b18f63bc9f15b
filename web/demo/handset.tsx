/** One customer's phone: what is on it, texts one tap away, and a place to write. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { DemoPhone, DemoPhones } from "../../contract/demo.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { firstNameOf, sayPhone } from "../shell/words.ts";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { Bubbles } from "./bubbles.tsx";
import { createDemoQueries } from "./demo-queries.ts";
import { useTexting } from "./texting.ts";
import { WriteText } from "./write-text.tsx";

interface Props {
  phone: DemoPhone;
  businessNumbers: DemoPhones["businessNumbers"];
}

export function Handset({ phone, businessNumbers }: Props) {
  const { client } = useApi();
  const may = useMay();
  const texts = useQuery(createDemoQueries(client).texts(phone.number));
  const texting = useTexting(phone.number);
  const [chosen, setChosen] = useState<string | null>(null);
  const last = texts.data?.items.at(-1)?.with;
  // Where they wrote last; a number that was disconnected since can't be texted.
  const known = (number: string | undefined | null) => businessNumbers.find((each) => each.number === number)?.number;
  const to = known(chosen) ?? known(last) ?? businessNumbers[0]?.number;
  const nameOf = (number: string) => businessNumbers.find((each) => each.number === number)?.name ?? sayPhone(number);
  const reason = !may("inbox.reply")
    ? NOT_ALLOWED
    : to
      ? null
      : "No simulated number of the business is connected, so nobody would get it.";
  return (
    <section
      aria-label={`Phone of ${phone.name}`}
      className="mx-auto flex min-h-0 w-full max-w-[380px] flex-1 flex-col overflow-hidden rounded-[28px] border-[5px] border-line-strong bg-surface shadow-float"
    >
      <header className="grid justify-items-center border-b px-3 pt-2 pb-1.5">
        <span aria-hidden className="mb-1.5 h-1 w-14 rounded-full bg-line-strong" />
        {to === undefined ? (
          <p className="text-sm text-ink-2">No number to text</p>
        ) : businessNumbers.length > 1 ? (
          <Select
            label="Number of the business to text"
            value={to}
            choices={businessNumbers.map(({ number, name }) => ({
              value: number,
              label: name ? `${name} ${sayPhone(number)}` : sayPhone(number),
            }))}
            onChange={setChosen}
            className="h-8! border-transparent! bg-transparent! text-sm! font-medium tabular max-md:h-11!"
          />
        ) : (
          <p className="py-1 text-sm font-medium tabular">
            {nameOf(to)} <span className="font-normal text-ink-3">{sayPhone(to)}</span>
          </p>
        )}
      </header>
      <Screen label={`Texts on the phone of ${phone.name}`}>
        {texts.data ? (
          texts.data.items.length === 0 ? (
            <p className="m-auto px-6 text-center text-sm text-pretty text-ink-2">
              Nothing here yet. Tap a text below or write one: it reaches the inbox the way a real one does.
            </p>
          ) : (
            <Bubbles texts={texts.data.items} nameOf={nameOf} />
          )
        ) : texts.isError ? (
          <Failed again={() => void texts.refetch()}>{sentenceOf(texts.error)}</Failed>
        ) : (
          <ScreenSkeleton />
        )}
      </Screen>
      {texting.problem && (
        <p role="alert" className="border-t px-3.5 py-2 text-sm text-pretty text-bad">
          {texting.problem}
        </p>
      )}
      <WriteText phone={phone} to={to} texting={texting} reason={reason} who={firstNameOf(phone.name)} />
    </section>
  );
}

/** Stands at its end, and stays there as texts come. */
const Screen = ({ label, children }: { label: string; children: ReactNode }) => (
  <div
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    tabIndex={0}
    role="log"
    aria-label={label}
    className="flex min-h-0 flex-1 flex-col-reverse overflow-y-auto -outline-offset-2"
  >
    <div className="flex flex-1 flex-col justify-end gap-1 px-3 py-2.5 text-md">{children}</div>
  </div>
);

const ScreenSkeleton = () => (
  <div role="status" aria-label="Loading the phone" className="grid gap-2">
    <Skeleton className="h-8 w-1/2 justify-self-end rounded-lg!" />
    <Skeleton className="h-12 w-2/3 rounded-lg!" />
    <Skeleton className="h-8 w-2/5 justify-self-end rounded-lg!" />
  </div>
);
