import { useMutation } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import type { ImportReport } from "../../contract/consent.ts";
import { withQuery } from "../api/client.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay, useMe } from "../shell/session.ts";
import { plural } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { useToast } from "../ui/toast.tsx";
import { Download } from "./download.tsx";
import { Section } from "./section.tsx";

/** Who said stop: brought along from another tool, and taken away again. */
export function StopLists() {
  const may = useMay();
  const { workspaceId } = useMe();
  const picker = useRef<HTMLInputElement>(null);
  const pickerId = useId();
  const [file, setFile] = useState<File | null>(null);
  const list = (format: string) => withQuery("/api/consent/suppressions/export", { format, workspace: workspaceId });
  return (
    <Section
      title="Who may not be texted"
      about="Everybody who said stop, whom a provider blocks, or who came with a list. Bring the list of your last tool along before the first broadcast: an import adds opt-outs and never lifts one."
    >
      <div className="flex flex-wrap gap-2">
        <input
          ref={picker}
          id={pickerId}
          type="file"
          accept=".csv,.txt,.ndjson,.jsonl,text/csv,text/plain"
          className="sr-only"
          tabIndex={-1}
          aria-label="List to import"
          onChange={({ target }) => {
            setFile(target.files?.[0] ?? null);
            target.value = "";
          }}
        />
        <Button reason={may("contacts.import") ? null : NOT_ALLOWED} onClick={() => picker.current?.click()}>
          Import a list
        </Button>
        {may("consent.export") && (
          <>
            <Download href={list("csv")}>Export as CSV</Download>
            <Download href={list("ndjson")}>Export as JSON lines</Download>
          </>
        )}
      </div>
      {file && <ImportDialog file={file} close={() => setFile(null)} />}
    </Section>
  );
}

/** Says first what would happen; nothing is recorded before that is agreed to. */
function ImportDialog({ file, close }: { file: File; close(): void }) {
  const { client, cache } = useApi();
  const say = useToast();
  const send = (dryRun: boolean) =>
    client.ask<ImportReport>("/api/consent/suppressions/import", {
      method: "POST",
      query: { name: file.name.slice(0, 200), dryRun },
      file,
    });
  const trial = useMutation({ mutationFn: () => send(true) });
  const keep = useMutation({
    mutationFn: () => send(false),
    onSuccess({ added }) {
      void cache.invalidateQueries({ queryKey: keys.allMaySend });
      say(`${plural(added, "opt-out")} recorded.`);
      close();
    },
  });
  const started = useRef(false);
  if (!started.current) {
    started.current = true;
    queueMicrotask(() => trial.mutate());
  }
  const report = trial.data;
  const failed = trial.error ?? keep.error;
  return (
    <Dialog open onClose={close} title={`Import ${file.name}`}>
      <div className="grid gap-4">
        {!report && !failed && <p className="text-md text-ink-2">Reading the list…</p>}
        {report && <Report report={report} />}
        <FormProblem>{failed ? sentenceOf(failed) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button
            look="primary"
            busy={keep.isPending}
            reason={!report ? "The list is not read yet." : report.added === 0 ? "Nothing in it is new." : null}
            onClick={() => keep.mutate()}
          >
            {report && report.added > 0 ? `Record ${plural(report.added, "opt-out")}` : "Record"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Report({ report }: { report: ImportReport }) {
  return (
    <>
      <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-y-1 text-md tabular">
        <dt>New opt-outs</dt>
        <dd className="text-right font-medium">{report.added}</dd>
        <dt className="text-ink-2">Known already</dt>
        <dd className="text-right">{report.already}</dd>
        <dt className="text-ink-2">Lines that can’t be read</dt>
        <dd className="text-right">{report.rejected}</dd>
      </dl>
      {report.rejections.length > 0 && (
        <ol
          aria-label="Lines that can’t be read"
          className="max-h-48 overflow-y-auto rounded-sm border px-3 py-2 text-sm text-ink-2"
        >
          {report.rejections.map(({ line, reason }) => (
            <li key={line} className="grid grid-cols-[4rem_minmax(0,1fr)] py-0.5 break-words">
              <span className="text-ink-3 tabular">Line {line}</span>
              {reason}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
