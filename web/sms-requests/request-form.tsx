import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { missingPapers, needsAddress } from "../../contract/papers.ts";
import type { PaperFile, Papers, SmsRequest } from "../../contract/sms-requests.ts";
import { keys } from "../api/keys.ts";
import { placeAnswer } from "../api/placing.ts";
import { sentenceOf } from "../api/problems.ts";
import { createKeepers, SaveProblem, SaveState, useAutosave } from "../shell/autosave.tsx";
import { useApi } from "../shell/desk-api.ts";
import { Accordion, AccordionSection } from "../ui/accordion.tsx";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { AddressFields } from "./address-fields.tsx";
import { DocumentFields, useIsUploading } from "./document-fields.tsx";
import { Findings } from "./findings.tsx";
import { Line } from "./line.tsx";
import { isFilled, labelOf, sectionOf, sectionsOf } from "./sections.ts";

const paperKeepers = createKeepers<Papers>(
  "in a request for a number",
  async ({ client, cache }, id, papers, outlives) => {
    const kept = await client.ask<SmsRequest>(`/api/sms-requests/${id}`, {
      method: "PATCH",
      body: { papers },
      outlives,
    });
    await placeAnswer<SmsRequest>(cache, keys.smsRequest(id), () => kept);
  },
);

/** What the country asks for. What is typed stays exactly so; it is kept as it is typed, and leaving loses nothing. */
export function RequestForm({ request }: { request: SmsRequest }) {
  const { asked } = request;
  const autosave = useAutosave(paperKeepers, request.id);
  const papers = autosave.typed ?? request.papers;
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
  const send = useSend(request.id, autosave.save);
  const notYet = useIsUploading(request.id) ? "A file is still on its way. Wait until it is here." : null;

  const missing = missingPapers(asked, papers);
  const said = request.findings.filter(({ path }) => !changed.has(path));
  const findings = [...(asking ? missing : []), ...said];
  const errorAt = (path: string) => findings.find((each) => each.path === path)?.message;
  const isOfSection = (name: string) => findings.some(({ path }) => sectionOf(path, asked) === name);

  const change = (path: string, edit: (papers: Papers) => Papers) => {
    setChanged((before) => new Set([...before, path, path.split(".").slice(0, -1).join(".")]));
    autosave.type((typed) => edit(typed ?? request.papers));
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
    const had = document.activeElement;
    send.mutate(goal, {
      onSuccess(answer) {
        setChanged(new Set());
        const [wrong] = answer.findings;
        if (wrong) show(wrong.path);
      },
      // What is locked loses the keys.
      onSettled: () =>
        requestAnimationFrame(() => {
          if (document.activeElement === document.body && had instanceof HTMLElement) had.focus();
        }),
    });
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!send.isPending && !notYet) submit("submit");
  };
  return (
    <form onSubmit={onSubmit} noValidate className="grid gap-5" aria-label="What is asked for">
      <div className="flex min-h-6 items-baseline gap-3">
        <p className="flex-1 text-sm text-ink-3">Kept sealed, and handed to Twilio alone.</p>
        <SaveState of={autosave} />
      </div>
      <SaveProblem of={autosave} />
      <fieldset disabled={send.isPending} className="min-w-0 disabled:opacity-55">
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
      </fieldset>
      <Findings findings={findings} nameOf={(path) => labelOf(path, asked)} show={show} />
      <FormProblem>{send.isError ? sentenceOf(send.error) : null}</FormProblem>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="primary" busy={send.isPending} reason={notYet}>
          {send.isPending ? "Asking Twilio" : sayAct(request)}
        </Button>
        {asked.reviewed && (
          <Button busy={send.isPending} reason={notYet} onClick={() => submit("check")}>
            Check with Twilio
          </Button>
        )}
        <p className="text-sm text-ink-3 max-md:w-full">
          {asked.reviewed
            ? "A check submits nothing."
            : "Twilio looks at once whether there is such an address. Nobody reviews it."}
        </p>
      </div>
    </form>
  );
}

function sayAct({ asked, status }: SmsRequest): string {
  if (!asked.reviewed) return "Give the address to Twilio";
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
    async onSuccess(answer) {
      await placeAnswer<SmsRequest>(cache, keys.smsRequest(id), () => answer);
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
