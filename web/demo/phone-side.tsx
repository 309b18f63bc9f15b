/** The customers' phones, beside the desk or on a screen of their own. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft, X } from "lucide-react";
import type { DemoPhone } from "../../contract/demo.ts";
import { codeOf, sentenceOf } from "../api/problems.ts";
import { filtersOnly, type InboxSearch } from "../desk/inbox-search.ts";
import { useApi } from "../shell/desk-api.ts";
import { Avatar } from "../ui/avatar.tsx";
import { IconButton } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { createDemoQueries } from "./demo-queries.ts";
import { Faults } from "./faults.tsx";
import { Handset } from "./handset.tsx";
import { showPhone } from "./phone-place.ts";

export function PhoneSide({ search, alone }: { search: InboxSearch; alone: boolean }) {
  const { client } = useApi();
  const { data, error, refetch } = useQuery(createDemoQueries(client).phones());
  const phone = data?.items.find((each) => each.number === search.phone) ?? data?.items[0];
  return (
    <aside
      aria-label="A customer’s phone"
      data-screen={alone ? "thread" : undefined}
      className={cx(
        "flex min-w-0 flex-col gap-2.5 border-l bg-canvas px-3.5 pt-2.5 pb-2 max-md:border-l-0 max-md:px-2 max-md:pt-1",
        alone ? "flex-1" : "w-[336px] shrink-0",
        search.panel === "contact" && "max-[1455px]:hidden",
      )}
    >
      <header className="flex shrink-0 items-center gap-1">
        {alone && <Back />}
        <h2 className="flex-1 text-md font-semibold">Text as a customer</h2>
        {!alone && (
          <IconButton label="Put the phone away" side="left" className="-mr-1.5" onClick={() => showPhone(false)}>
            <X aria-hidden />
          </IconButton>
        )}
      </header>
      {!data && (error ? <NoPhones error={error} again={() => void refetch()} /> : <SideSkeleton />)}
      {data && phone && (
        <>
          <People phones={data.items} chosen={phone} />
          <About phone={phone} />
          <Handset key={phone.number} phone={phone} businessNumbers={data.businessNumbers} />
          <Faults fault={data.fault} />
        </>
      )}
    </aside>
  );
}

const NoPhones = ({ error, again }: { error: Error; again(): void }) => (
  <Failed again={again}>
    {codeOf(error) === "not_found"
      ? "The simulated phones are not here: they need Parley to run as one process, with PARLEY_ROLE=all."
      : sentenceOf(error)}
  </Failed>
);

const SideSkeleton = () => (
  <div role="status" aria-label="Loading the phones" className="flex min-h-0 flex-1 flex-col gap-3">
    <Skeleton className="h-12 w-full" />
    <Skeleton className="h-4 w-3/4" />
    <Skeleton className="min-h-0 w-full flex-1 rounded-[28px]!" />
  </div>
);

const Back = () => (
  <Link
    to="."
    search={(before: InboxSearch) => ({ ...before, panel: undefined })}
    aria-label="Back to the inbox"
    className="grid size-8 shrink-0 place-items-center text-ink-2 max-md:size-11"
  >
    <ArrowLeft aria-hidden className="size-5" />
  </Link>
);

/** Whose phone it is: one of several. */
function People({ phones, chosen }: { phones: readonly DemoPhone[]; chosen: DemoPhone }) {
  const navigate = useNavigate();
  const hold = (number: string) =>
    void navigate({ to: ".", search: (before: InboxSearch) => ({ ...before, phone: number }), replace: true });
  return (
    <fieldset className="mx-auto flex w-full max-w-[380px] shrink-0 justify-between">
      <legend className="sr-only">Whose phone to hold</legend>
      {phones.map(({ number, name }) => (
        <label
          key={number}
          title={name}
          className="grid min-w-0 flex-1 cursor-pointer justify-items-center gap-1 rounded-md py-1 text-xs text-ink-2 hover:text-ink has-checked:bg-surface has-checked:font-semibold has-checked:text-ink has-checked:shadow-[inset_0_0_0_1px_var(--line-strong)] has-focus-visible:outline-2 has-focus-visible:outline-focus"
        >
          <input
            type="radio"
            name="phone"
            aria-label={name}
            checked={number === chosen.number}
            onChange={() => hold(number)}
            className="sr-only"
          />
          <Avatar name={name} />
          <span aria-hidden className="max-w-full truncate">
            {name.split(" ")[0]}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Who they are, and the way to what they wrote. */
function About({ phone }: { phone: DemoPhone }) {
  const { client } = useApi();
  const { data } = useQuery(createDemoQueries(client).texts(phone.number));
  const { conversationId } = useParams({ strict: false });
  const id = data?.conversationId ?? null;
  return (
    <div className="mx-auto w-full max-w-[380px] shrink-0 px-1 text-sm">
      <p className="text-pretty text-ink-2">
        <span className="font-medium text-ink">{phone.name}.</span> {phone.about}
      </p>
      {id && id !== conversationId && (
        <Link
          to="/inbox/$conversationId"
          params={{ conversationId: id }}
          search={(before: InboxSearch) => filtersOnly(before)}
          className="inline-flex items-center font-medium text-accent underline underline-offset-2 max-md:min-h-11"
        >
          Open in the inbox
        </Link>
      )}
    </div>
  );
}
