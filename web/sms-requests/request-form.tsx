import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { isReviewed, missingPapers, needsAddress } from "../../contract/papers.ts";
import type { PaperFile, PaperFinding, Papers, SmsRequest } from "../../contract/sms-requests.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { SaveProblem, SaveState, useAutosave } from "../shell/autosave.tsx";
import { useApi } from "../shell/desk-api.ts";
import { plural } from "../shell/words.ts";
import { Accordion, AccordionSection } from "../ui/accordion.tsx";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { AddressFields } from "./address-fields.tsx";
import { DocumentFields } from "./document-fields.tsx";
import { Line } from "./line.tsx";
import { isFilled, labelOf, sectionOf, sectionsOf } from "./sections.ts";

/** What the country asks for. What is typed stays exactly so; it is kept as it is typed, and leaving loses nothing. */
export function RequestForm({ request }: { request: SmsRequest }) {
  const { asked } = request;
  /** Null: nothing was typed on this page yet, so that what comes in late is shown still. */
  const [typed, setTyped] = useState<Papers | null>(null);
  const papers = typed ?? request.papers;
  const latest = useRef(papers);
  latest.current = papers;
  const [added, setAdded] = useState<readonly PaperFile[]>([]);
  const files = [...request.files, ...added];
  const sections = sectionsOf(asked);
  const [open, setOpen] = useState(() => {
    const [wrong] = request.findings;
    if (wrong) return [sectionOf(wrong.path, asked)];
    return [sections.find((each) => !isFilled(each, asked, papers))?.name ?? sections[0]?.name ?? ""];
  });
  /** Whether what is still empty is pointed at. */
  const [asking, setAsking] = useState(false);
  /** What was changed since the provider last looked: what it said of that may be mended. */
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
  const { client, cache } = useApi();
  const autosave = useAutosave<Papers>({
    async keep(papers, outlives) {
      const path = `/api/sms-requests/${request.id}`;
      const kept = await client.ask<SmsRequest>(path, { method: "PATCH", body: { papers }, outlives });
      cache.setQueryData(keys.smsRequest(request.id), kept);
    },
    showMeanwhile: (papers) =>
      cache.setQueryData<SmsRequest>(keys.smsRequest(request.id), (was) => was && { ...was, papers }),
  });
  const send = useSend(request.id, autosave.save);

  const missing = missingPapers(asked, papers);
  const said = request.findings.filter(({ path }) => !changed.has(path));
  const findings = [...(asking ? missing : []), ...said];
  const errorAt = (path: string) => findings.find((each) => each.path === path)?.message;
  const isOfSection = (name: string) => findings.some(({ path }) => sectionOf(path, asked) === name);

  const change = (path: string, edit: (papers: Papers) => Papers) => {
    const next = edit(latest.current);
    latest.current = next;
    setTyped(next);
    setChanged((before) => new Set([...before, path, path.split(".").slice(0, -1).join(".")]));
    autosave.type(next);
  };
  const show = (path: string) => {
    setOpen((before) => [...new Set([...before, sectionOf(path, asked)])]);
    requestAnimationFrame(() => focusAt(path));
  };
  // It comes back from the provider's check: what is wrong gets the keys, where nothing else has them.
  const first = useRef(request.findings[0]?.path);
  useEffect(() => {
    if (first.current && document.activeElement === document.body) focusAt(first.current);
  }, []);
  const submit = (goal: "check" | "submit") => {
    setAsking(true);
    const [empty] = missing;
    if (empty) return show(empty.path);
    send.mutate(goal, {
      onSuccess(answer) {
        setChanged(new Set());
        const [wrong] = answer.findings;
        if (wrong) show(wrong.path);
      },
    });
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!send.isPending) submit("submit");
  };
  return (
    <form onSubmit={onSubmit} noValidate className="grid gap-5" aria-label="What is asked for">
      <div className="flex min-h-6 items-baseline gap-3">
        <p className="flex-1 text-sm text-ink-3">Kept sealed, and handed to Twilio alone.</p>
        <SaveState of={autosave} />
      </div>
      <SaveProblem of={autosave} />
      <Accordion open={open} onOpen={setOpen}>
        {sections.map((section) => (
          <AccordionSection
            key={section.name}
            name={section.name}
            title={section.title}
            filled={isFilled(section, asked, papers) && !isOfSection(section.name)}
            aside={
              isOfSection(section.name) && <span className="text-sm font-normal text-bad">Something to look at</span>
            }
          >
            {section.about && <p className="text-sm text-pretty text-ink-2">{section.about}</p>}
            {section.name === "contact" && (
              <Line
                path="email"
                label="Email"
                help="Twilio writes there when its review is over."
                type="email"
                error={errorAt("email")}
                value={papers.email}
                onChange={(email) => change("email", (all) => ({ ...all, email }))}
              />
            )}
            {section.name === "endUser" &&
              asked.endUser.map(({ name, label, description, choices }) => (
                <Line
                  key={name}
                  path={`endUser.${name}`}
                  label={label}
                  help={choices.length > 0 ? null : description}
                  choices={choices}
                  error={errorAt(`endUser.${name}`)}
                  value={papers.endUser[name] ?? ""}
                  onChange={(text) =>
                    change(`endUser.${name}`, (all) => ({ ...all, endUser: { ...all.endUser, [name]: text } }))
                  }
                />
              ))}
            {section.name === "address" && (
              <AddressFields
                address={papers.address}
                needed={needsAddress(asked, papers)}
                whole={errorAt("address")}
                errorAt={errorAt}
                onChange={(path, address) => change(path, (all) => ({ ...all, address }))}
              />
            )}
            {section.document && (
              <DocumentFields
                requestId={request.id}
                asked={section.document}
                papers={papers}
                files={files}
                errorAt={errorAt}
                onChange={change}
                onFile={(file) => setAdded((before) => [...before, file])}
              />
            )}
            {section.name === "endUser" && errorAt("endUser") && (
              <p role="alert" className="text-sm text-bad">
                {errorAt("endUser")}
              </p>
            )}
          </AccordionSection>
        ))}
      </Accordion>
      <Findings findings={findings} nameOf={(path) => labelOf(path, asked)} show={show} />
      <FormProblem>{send.isError ? sentenceOf(send.error) : null}</FormProblem>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="primary" busy={send.isPending}>
          {send.isPending ? "Asking Twilio" : sayAct(request)}
        </Button>
        {isReviewed(asked) && (
          <Button busy={send.isPending} onClick={() => submit("check")}>
            Check with Twilio
          </Button>
        )}
        <p className="text-sm text-ink-3 max-md:w-full">
          {isReviewed(asked)
            ? "A check submits nothing."
            : "Twilio looks at once whether there is such an address. Nobody reviews it."}
        </p>
      </div>
    </form>
  );
}

function sayAct({ asked, status }: SmsRequest): string {
  if (!isReviewed(asked)) return "Give the address to Twilio";
  return status === "rejected" ? "Send again" : "Submit for review";
}

/** What was typed last is kept first. */
function useSend(id: string, save: () => Promise<void>) {
  const { client, cache } = useApi();
  return useMutation({
    async mutationFn(goal: "check" | "submit") {
      await save();
      return client.ask<SmsRequest>(`/api/sms-requests/${id}/${goal}`, { method: "POST" });
    },
    onSuccess(answer) {
      cache.setQueryData(keys.smsRequest(id), answer);
      void cache.invalidateQueries({ queryKey: keys.smsRequests, exact: true });
    },
  });
}

const CONTROL = ":is(input:not([type=file]), textarea, button)";

function focusAt(path: string): void {
  const place = document.querySelector<HTMLElement>(`[data-field="${path}"], [data-field^="${path}."]`);
  const control = place?.querySelector<HTMLElement>(CONTROL);
  control?.focus({ preventScroll: true });
  control?.scrollIntoView({ block: "center" });
}

function Findings({
  findings,
  nameOf,
  show,
}: {
  findings: PaperFinding[];
  nameOf(path: string): string;
  show(path: string): void;
}) {
  if (findings.length === 0) return null;
  return (
    <section aria-label="What to look at" aria-live="polite">
      <h3 className="text-md font-semibold">{plural(findings.length, "thing")} to look at</h3>
      <ul>
        {findings.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            <button
              type="button"
              onClick={() => show(path)}
              className="w-full py-1 text-left text-md text-ink-2 underline-offset-2 hover:underline max-md:py-2.5"
            >
              <span className="font-medium text-ink">{nameOf(path)}:</span> {message}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
