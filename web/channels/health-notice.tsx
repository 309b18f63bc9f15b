import { useMutation } from "@tanstack/react-query";
import { ExternalLink, TriangleAlert } from "lucide-react";
import type { Connection, Finding } from "../../contract/channels.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { sayFully, sayMomentWithin } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { useToast } from "../ui/toast.tsx";
import { healthOf, nameOf } from "./connection-words.ts";

/** What is wrong with a channel, since when, what to do; and a look at it now. Nothing where all is well. */
export function HealthNotice({ connection, named = false }: { connection: Connection; named?: boolean }) {
  const { client, cache } = useApi();
  const may = useMay();
  const say = useToast();
  const name = nameOf(connection);
  const check = useMutation({
    mutationFn: () => client.ask<Connection>(`/api/channels/${connection.id}/check-health`, { method: "POST" }),
    onSuccess(changed) {
      cache.setQueryData<Connection[]>(keys.channels, (all) =>
        all?.map((each) => (each.id === changed.id ? changed : each)),
      );
      if (changed.findings.length === 0) say(`Nothing is wrong with ${name} any more.`);
    },
  });
  const { findings } = connection;
  if (findings.length === 0) return null;
  const { tone } = healthOf(connection);
  return (
    <section
      aria-label={`What is wrong with ${name}`}
      className={cx("flex items-start gap-2.5 rounded-md px-3.5 py-3", tone === "bad" ? "bg-bad-soft" : "bg-warn-soft")}
    >
      <TriangleAlert aria-hidden className={cx("mt-0.5 size-4 shrink-0", tone === "bad" ? "text-bad" : "text-warn")} />
      <div className="grid min-w-0 flex-1 gap-2.5">
        {named && <h2 className="text-md leading-5 font-semibold break-words tabular">{name}</h2>}
        {findings.map((finding) => (
          <What key={finding.code} finding={finding} />
        ))}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Button
            busy={check.isPending}
            reason={may("channels.connect") ? null : NOT_ALLOWED}
            onClick={() => check.mutate()}
          >
            {check.isPending ? "Asking Twilio" : "Check again"}
          </Button>
          <p role="status" className="text-sm text-ink-2">
            {check.isSuccess && "Looked just now: it is still so."}
            {check.isError && sentenceOf(check.error)}
          </p>
        </div>
      </div>
    </section>
  );
}

const What = ({ finding: { message, remedy, since, helpUrl } }: { finding: Finding }) => (
  <div className="grid max-w-[44rem] gap-0.5">
    <p className="text-md font-medium text-pretty">{message}</p>
    <p className="text-sm text-pretty text-ink-2">{remedy}</p>
    <p className="flex flex-wrap items-center gap-x-3 text-sm text-ink-2">
      <time dateTime={since} title={sayFully(since)} className="tabular">
        Since {sayMomentWithin(since)}
      </time>
      {helpUrl && (
        <a
          href={helpUrl}
          target="_blank"
          rel="noreferrer"
          className="inline-flex items-center gap-1 underline underline-offset-2 hover:text-ink max-md:py-2.5"
        >
          Twilio’s page on this error <ExternalLink aria-hidden className="size-3" />
        </a>
      )}
    </p>
  </div>
);
