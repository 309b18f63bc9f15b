/** Whose deeds, of which kind, since when: kept in the address, so that what was found can be handed on. */
import { useQuery } from "@tanstack/react-query";
import type { AuditEntry } from "../../contract/audit.ts";
import type { AuditAsked } from "../api/keys.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";
import { type Choice, Select } from "../ui/select.tsx";
import { AREA_CHOICES, sayActor } from "./deed-words.ts";

export interface AuditSearch {
  /** A member, a key or a kind of them. */
  actor?: string | undefined;
  /** An area or a verb. */
  verb?: string | undefined;
  /** So many days, today included. */
  days?: string | undefined;
  thing?: string | undefined;
}

const EVERY = "all";
const SINCE: readonly Choice[] = [
  { value: EVERY, label: "Any time" },
  { value: "1", label: "Today" },
  { value: "7", label: "Last 7 days" },
  { value: "30", label: "Last 30 days" },
  { value: "90", label: "Last 90 days" },
];

/** As the API is asked. Days begin at midnight here. */
export function filterOf({ actor, verb, days, thing }: AuditSearch): AuditAsked {
  const count = SINCE.some(({ value }) => value === days) ? Number(days) : Number.NaN;
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  midnight.setDate(midnight.getDate() - (count - 1));
  return { actor, verb, thing, from: Number.isNaN(count) ? undefined : midnight.toISOString() };
}

export function Filters({
  search,
  entries,
  show,
}: {
  search: AuditSearch;
  /** Those that are shown: somebody who left is known from them alone. */
  entries: readonly AuditEntry[];
  show(next: AuditSearch): void;
}) {
  const { queries } = useApi();
  const may = useMay();
  const members = useQuery(queries.members());
  const apiKeys = useQuery({ ...queries.apiKeys(), enabled: may("apikeys.manage") });
  const known = new Map<string, string>([
    ...entries.flatMap(({ actor }) => (actor.id ? ([[actor.id, sayActor(actor)]] as const) : [])),
    ...(apiKeys.data ?? []).map(({ id, name }) => [id, `API key ${name}`] as const),
    ...(members.data ?? []).map(({ id, name }) => [id, name] as const),
  ]);
  if (search.actor && search.actor !== "system" && !known.has(search.actor)) known.set(search.actor, "One who left");
  const people = [...known]
    .map(([value, label]) => ({ value, label }))
    .sort((one, other) => one.label.localeCompare(other.label));
  const given = (value: string) => (value === EVERY ? undefined : value);
  return (
    <>
      <Select
        label="Who"
        className="w-44! max-md:w-full!"
        value={search.actor ?? EVERY}
        choices={[{ value: EVERY, label: "Anybody" }, ...people, { value: "system", label: "Parley by itself" }]}
        onChange={(actor) => show({ ...search, actor: given(actor) })}
      />
      <Select
        label="What"
        className="w-48! max-md:w-full!"
        value={search.verb ?? EVERY}
        choices={[{ value: EVERY, label: "Everything" }, ...AREA_CHOICES]}
        onChange={(verb) => show({ ...search, verb: given(verb) })}
      />
      <Select
        label="When"
        className="w-36! max-md:w-full!"
        value={search.days ?? EVERY}
        choices={SINCE}
        onChange={(days) => show({ ...search, days: given(days) })}
      />
    </>
  );
}
