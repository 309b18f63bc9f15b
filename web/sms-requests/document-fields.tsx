import { useIsMutating, useMutation } from "@tanstack/react-query";
import { FileText } from "lucide-react";
import { useRef } from "react";
import { chosenDocument, MAX_PAPER_BYTES, PAPER_TYPES } from "../../contract/papers.ts";
import type { AskedDocument, PaperFile, Papers } from "../../contract/sms-requests.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Line } from "./line.tsx";

const EMPTY: Papers["documents"][string] = { type: "", values: {}, fileId: null };

/** Something to be proved: by which document, what it says, and its file. */
export function DocumentFields({
  requestId,
  asked,
  papers,
  files,
  errorAt,
  onChange,
  onFile,
}: {
  requestId: string;
  asked: AskedDocument;
  papers: Papers;
  files: readonly PaperFile[];
  errorAt(path: string): string | undefined;
  onChange(path: string, edit: (papers: Papers) => Papers): void;
  onFile(file: PaperFile): void;
}) {
  const path = `documents.${asked.name}`;
  const given = papers.documents[asked.name] ?? EMPTY;
  const chosen = chosenDocument(asked, papers);
  const change = (at: string, next: Partial<typeof given>) =>
    onChange(at, (all) => ({
      ...all,
      documents: { ...all.documents, [asked.name]: { ...(all.documents[asked.name] ?? EMPTY), ...next } },
    }));
  return (
    <>
      {asked.anyOf.length > 1 ? (
        <div data-field={`${path}.type`}>
          <Field label="Which document" error={errorAt(path)}>
            {(field) => (
              <Select
                {...field}
                value={given.type}
                placeholder="Choose"
                onChange={(type) => change(`${path}.type`, { type })}
                choices={asked.anyOf.map(({ type, label }) => ({ value: type, label }))}
              />
            )}
          </Field>
        </div>
      ) : (
        <>
          {chosen && <p className="text-md">{chosen.label}</p>}
          {errorAt(path) && (
            <p role="alert" className="text-sm text-bad">
              {errorAt(path)}
            </p>
          )}
        </>
      )}
      {chosen?.fields.map(({ name, label, description, choices }) => (
        <Line
          key={name}
          path={`${path}.${name}`}
          label={label}
          help={choices.length > 0 ? null : description}
          choices={choices}
          error={errorAt(`${path}.${name}`)}
          value={given.values[name] ?? ""}
          onChange={(text) => change(`${path}.${name}`, { values: { ...given.values, [name]: text } })}
        />
      ))}
      {chosen?.address && <p className="text-sm text-ink-3">It shows the address that you fill in under Address.</p>}
      {chosen?.file && (
        <FileOf
          requestId={requestId}
          path={`${path}.file`}
          name={asked.label}
          file={files.find(({ id }) => id === given.fileId) ?? null}
          error={errorAt(`${path}.file`)}
          onFile={(file) => {
            onFile(file);
            change(`${path}.file`, { fileId: file.id });
          }}
        />
      )}
    </>
  );
}

const uploadOf = (requestId: string) => ["upload a paper", requestId] as const;
/** Whether a file of this request is on its way: what is handed in now would be without it. */
export const useIsUploading = (requestId: string): boolean => useIsMutating({ mutationKey: uploadOf(requestId) }) > 0;

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
const sayBytes = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : megabytes(bytes);

/** Why a file is not even sent to us; the server looks at its bytes. */
function whyNot({ size, type }: File): string | null {
  if (!PAPER_TYPES.some((each) => each === type))
    return "Twilio takes a PDF, a JPEG or a PNG. Save it as one of these.";
  if (size > MAX_PAPER_BYTES)
    return `This file has ${megabytes(size)}; Twilio takes ${megabytes(MAX_PAPER_BYTES)} at most. Choose a smaller one.`;
  return null;
}

function FileOf({
  requestId,
  path,
  name,
  file,
  error,
  onFile,
}: {
  requestId: string;
  path: string;
  /** What it is the file of. */
  name: string;
  file: PaperFile | null;
  error: string | undefined;
  onFile(file: PaperFile): void;
}) {
  const { client } = useApi();
  const picker = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationKey: uploadOf(requestId),
    async mutationFn(chosen: File) {
      const reason = whyNot(chosen);
      if (reason) throw new Unfit(reason);
      const query = { requestId, name: chosen.name.slice(0, 200) };
      return client.ask<PaperFile>("/api/sms-requests/files", { method: "POST", query, file: chosen });
    },
    onSuccess: onFile,
  });
  const problem = upload.error instanceof Unfit ? upload.error.message : upload.error && sentenceOf(upload.error);
  const wrong = problem ?? error;
  return (
    <div data-field={path} className="grid gap-1">
      <p className="text-sm font-medium text-ink-2">File</p>
      <div className="flex flex-wrap items-center gap-3">
        <input
          ref={picker}
          type="file"
          accept={PAPER_TYPES.join(",")}
          className="sr-only"
          tabIndex={-1}
          aria-label={`File for ${name}`}
          onChange={({ target }) => {
            const [chosen] = target.files ?? [];
            if (chosen) upload.mutate(chosen);
            target.value = "";
          }}
        />
        {file && (
          <span className="inline-flex min-w-0 items-center gap-2 text-md">
            <FileText aria-hidden className="size-4 shrink-0 text-ink-3" />
            <span className="min-w-0 break-all">{file.name}</span>
            <span className="text-sm whitespace-nowrap text-ink-3">{sayBytes(file.size)}</span>
          </span>
        )}
        <Button
          busy={upload.isPending}
          aria-label={`${file ? "Replace the file" : "Add a file"}: ${name}`}
          onClick={() => picker.current?.click()}
        >
          {upload.isPending ? "Uploading" : file ? "Replace" : "Add a file"}
        </Button>
      </div>
      <p role={wrong ? "alert" : undefined} className={wrong ? "text-sm text-bad" : "text-sm text-ink-3"}>
        {wrong ?? "A PDF, JPEG or PNG of at most 5 MB."}
      </p>
    </div>
  );
}

/** A file that is not sent at all. */
class Unfit extends Error {}
