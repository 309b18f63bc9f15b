import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Connection, HealthChange } from "../../contract/channels.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayFully, sayMoment } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";

/** The last ones say how it is; the others are for whoever looks for a pattern. */
const AT_FIRST = 3;

/** What changed in a channel's health, and when; the newest first. */
export function HealthHistory({ connection }: { connection: Connection }) {
  const { queries } = useApi();
  const changes = useInfiniteQuery(queries.healthChanges(connection.id));
  const all = changes.data?.pages.flatMap((page) => page.items) ?? [];
  const [whole, setWhole] = useState(false);
  const shown = whole ? all : all.slice(0, AT_FIRST);
  const older = () => (shown.length < all.length ? setWhole(true) : void changes.fetchNextPage());
  return (
    <section aria-label="Health" className="border-t pt-4">
      <h2 className="mb-2 text-lg font-semibold">Health</h2>
      {changes.isPending && <Skeleton className="h-10 w-full" />}
      {changes.isError && !changes.data && (
        <Failed again={() => void changes.refetch()}>{sentenceOf(changes.error)}</Failed>
      )}
      {changes.data && all.length === 0 && (
        <p className="text-md text-pretty text-ink-2">
          Nothing has ever been wrong. Parley looks every quarter of an hour whether the number, its account and its
          texts are well.
        </p>
      )}
      {all.length > 0 && (
        <ol className="grid">
          {shown.map((change) => (
            <li key={change.id} className="flex gap-x-4 border-b py-2 text-sm max-md:flex-col">
              <time dateTime={change.at} title={sayFully(change.at)} className="w-36 shrink-0 text-ink-3 tabular">
                {sayMoment(change.at)}
              </time>
              <Said change={change} />
            </li>
          ))}
        </ol>
      )}
      {(shown.length < all.length || changes.hasNextPage) && (
        <Button className="mt-2" busy={changes.isFetchingNextPage} onClick={older}>
          Show older
        </Button>
      )}
    </section>
  );
}

const Said = ({ change: { findings, status } }: { change: HealthChange }) =>
  findings.length === 0 ? (
    <p className="min-w-0 flex-1 text-ink-2">{status === "inactive" ? "Well, and switched off." : "Well again."}</p>
  ) : (
    <div className="grid min-w-0 flex-1 gap-0.5">
      {findings.map(({ code, message }) => (
        <p key={code} className="text-pretty">
          {message}
        </p>
      ))}
    </div>
  );
