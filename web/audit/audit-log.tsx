import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { AuditEntry } from "../../contract/audit.ts";
import { withQuery } from "../api/client.ts";
import { sentenceOf } from "../api/problems.ts";
import { Download } from "../consent/download.tsx";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay, useMe } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { sayThing } from "./deed-words.ts";
import { EntryRow } from "./entry-row.tsx";
import { type AuditSearch, Filters, filterOf } from "./filters.tsx";

export function AuditLog() {
  const may = useMay();
  return may("audit.read") ? <Log /> : <Empty title="The audit log is not yours to see">{NOT_ALLOWED}</Empty>;
}

function Log() {
  const { queries } = useApi();
  const { workspaceId } = useMe();
  const navigate = useNavigate();
  const search = useSearch({ from: "/app/settings/audit" });
  const show = (next: AuditSearch) => void navigate({ to: "/settings/audit", search: next });
  const filter = filterOf(search);
  // No event tells of an entry: asked for each time that somebody looks.
  const log = useInfiniteQuery({ ...queries.audit(filter), refetchOnMount: "always" });
  const all = log.data?.pages.flatMap((page) => page.items);
  return (
    <section aria-label="Audit log" className="grid grid-cols-1 gap-4">
      <p className="max-w-[44rem] text-md text-pretty text-ink-2">
        Who changed what in how this business works. Nothing can be changed in it or taken out of it. What is secret,
        personal or meant for carriers alone is named here, and no more.
      </p>
      <div className="flex flex-wrap items-center gap-2 max-md:grid max-md:grid-cols-2">
        <Filters search={search} entries={all ?? []} show={show} />
        <Download href={withQuery("/api/audit/export", { ...filter, workspace: workspaceId })}>Export</Download>
      </div>
      {search.thing && (
        <Button
          className="justify-self-start"
          onClick={() => show({ ...search, thing: undefined })}
          aria-label="Show everything again, not one thing alone"
        >
          Only {nameOf(search.thing, all)} <X aria-hidden className="size-3.5" />
        </Button>
      )}
      {!all && log.isError && <Failed again={() => void log.refetch()}>{sentenceOf(log.error)}</Failed>}
      {!all && !log.isError && <Skeleton className="h-80 w-full" />}
      {all?.length === 0 && <Nothing search={search} show={show} />}
      {all && all.length > 0 && (
        <ul aria-label="Entries" className="border-t">
          {all.map((entry) => (
            <EntryRow key={entry.id} entry={entry} only={(thing) => show({ ...search, thing })} />
          ))}
        </ul>
      )}
      {log.hasNextPage && (
        <Button
          look="quiet"
          className="justify-self-start"
          busy={log.isFetchingNextPage}
          onClick={() => void log.fetchNextPage()}
        >
          Show older
        </Button>
      )}
    </section>
  );
}

function nameOf(thing: string, entries: readonly AuditEntry[] = []): string {
  const found = entries.find((each) => each.thing.id === thing && each.thing.name !== null);
  return found ? sayThing(found) : "this one";
}

const Nothing = ({ search, show }: { search: AuditSearch; show(next: AuditSearch): void }) =>
  Object.values(search).some(Boolean) ? (
    <Empty title="Nothing like that" act={<Button onClick={() => show({})}>Show everything</Button>}>
      Nobody did this in that time.
    </Empty>
  ) : (
    <Empty title="Nothing has been changed yet">Whatever is connected, invited or set from now on stands here.</Empty>
  );
