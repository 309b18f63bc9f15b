import { useMutation, useQuery } from "@tanstack/react-query";
import { Laptop, Smartphone } from "lucide-react";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { plural, sayDay, sayMoment } from "../shell/words.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { useToast } from "../ui/toast.tsx";
import { browserName } from "./browser-name.ts";

/** Where I am signed in; the one here first. */
export function SessionList() {
  const { queries, client, cache } = useApi();
  const say = useToast();
  const sessions = useQuery({ ...queries.sessions(), refetchOnMount: "always" });
  const again = () => cache.invalidateQueries({ queryKey: keys.sessions });
  const end = useMutation({
    mutationFn: (id: string) => client.ask(`/api/sessions/${id}`, { method: "DELETE" }),
    onSettled: again,
    onSuccess: () => say("Signed out there."),
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  const others = (sessions.data ?? []).filter((each) => !each.current);
  const endOthers = useMutation({
    mutationFn: () => client.ask("/api/sessions/end-others", { method: "POST" }),
    onSettled: again,
    onSuccess: () => say(`Signed out in ${plural(others.length, "other place")}.`),
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  const ordered = [...(sessions.data ?? [])].sort(
    (one, other) => Number(other.current) - Number(one.current) || other.lastUsedAt.localeCompare(one.lastUsedAt),
  );
  return (
    <section aria-label="Where you are signed in" className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1 max-md:w-full max-md:flex-none">
          <h2 className="text-lg font-semibold tracking-tight">Where you are signed in</h2>
          <p className="text-md text-pretty text-ink-2">
            Something you don’t know? Sign out there, and change your password.
          </p>
        </div>
        <Button
          busy={endOthers.isPending}
          reason={sessions.data && others.length === 0 ? "You are signed in nowhere else." : null}
          onClick={() => endOthers.mutate()}
        >
          Sign out everywhere else
        </Button>
      </div>
      {sessions.isPending && <Skeleton className="h-28 w-full" />}
      {sessions.isError && !sessions.data && (
        <Failed again={() => void sessions.refetch()}>{sentenceOf(sessions.error)}</Failed>
      )}
      {sessions.data && (
        <ul className="border-t">
          {ordered.map((session) => {
            const name = browserName(session.userAgent);
            const Icon = /iPhone|Android/.test(name) ? Smartphone : Laptop;
            return (
              <li key={session.id} className="flex min-h-14 items-center gap-3 border-b py-2">
                <Icon aria-hidden className="size-[18px] shrink-0 text-ink-3" strokeWidth={1.7} />
                <div className="min-w-0 flex-1">
                  <p className="flex items-center gap-2 truncate font-medium">
                    {name} {session.current && <Badge tone="accent">This browser</Badge>}
                  </p>
                  <p className="text-sm text-pretty text-ink-3">
                    Signed in: {sayMoment(session.createdAt)}
                    {session.address && ` · ${session.address}`} · Last used: {sayDay(session.lastUsedAt)}
                  </p>
                </div>
                {!session.current && (
                  <Button
                    look="quiet"
                    aria-label={`Sign out ${name}, signed in ${sayMoment(session.createdAt)}`}
                    busy={end.isPending && end.variables === session.id}
                    onClick={() => end.mutate(session.id)}
                  >
                    Sign out
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
