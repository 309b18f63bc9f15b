import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import type { SendingRules, SendingRulesAndLaws } from "../../contract/consent.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { useToast } from "../ui/toast.tsx";
import { Section } from "./section.tsx";

type Rules = Pick<SendingRules, "quietHours" | "caps">;
type Day = keyof SendingRules["quietHours"];
type Kind = keyof SendingRules["caps"];
type Span = keyof SendingRules["caps"]["marketing"];

const DAYS: ReadonlyArray<readonly [Day, string]> = [
  ["weekdays", "Monday to Friday"],
  ["saturday", "Saturday"],
  ["sunday", "Sunday"],
];
const KINDS: ReadonlyArray<readonly [Kind, string]> = [
  ["marketing", "Marketing"],
  ["automated", "Automated"],
];
const SPANS: ReadonlyArray<readonly [Span, string]> = [
  ["perHour", "in an hour"],
  ["perDay", "in 24 hours"],
  ["perWeek", "in 7 days"],
];

/** What suits the law of nearly every state, and people who sleep in on Sundays. */
const CAREFUL: Rules["quietHours"] = {
  weekdays: { from: "09:00", to: "20:00" },
  saturday: { from: "09:00", to: "20:00" },
  sunday: { from: "12:00", to: "20:00" },
};
const USUAL = { from: "08:00", to: "21:00" };

export function HouseRules({ rules }: { rules: SendingRulesAndLaws }) {
  const { client, cache } = useApi();
  const say = useToast();
  const mayWrite = useMay()("settings.write");
  const stored: Rules = { quietHours: rules.quietHours, caps: rules.caps };
  const [form, setForm] = useState(stored);
  const save = useMutation({
    mutationFn: () => client.ask<SendingRulesAndLaws>("/api/consent/rules", { method: "PATCH", body: form }),
    onSuccess(changed) {
      cache.setQueryData(keys.sendingRules, changed);
      say("Saved. What waits is judged by these rules when its time comes.");
    },
  });
  const errors = Object.entries(fieldErrors(save.error));
  const errorOf = (day: Day) => errors.find(([path]) => path.split(".").includes(day))?.[1];
  const elsewhere = errors.find(([path]) => !DAYS.some(([day]) => path.split(".").includes(day)))?.[1];
  const placed = errors.length > 0 && elsewhere === undefined;
  const same = JSON.stringify(form) === JSON.stringify(stored);
  const setHours = (day: Day, hours: Rules["quietHours"][Day]) =>
    setForm(({ quietHours, caps }) => ({ caps, quietHours: { ...quietHours, [day]: hours } }));
  const setCap = (kind: Kind, span: Span, count: number | null) =>
    setForm(({ quietHours, caps }) => ({ quietHours, caps: { ...caps, [kind]: { ...caps[kind], [span]: count } } }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="grid grid-cols-1 gap-8" noValidate>
      <Section
        title="Quiet hours"
        about="For broadcasts and automated texts, by the clock where each recipient is. What comes at another time waits for the first minute that is allowed. Replies, and texts from one person to another, leave at any hour."
      >
        <div className="grid max-w-[40rem] gap-2">
          {DAYS.map(([day, name]) => (
            <HoursOfDay
              key={day}
              name={name}
              hours={form.quietHours[day]}
              error={errorOf(day)}
              readOnly={!mayWrite}
              onChange={(hours) => setHours(day, hours)}
            />
          ))}
        </div>
        {mayWrite && JSON.stringify(form.quietHours) !== JSON.stringify(CAREFUL) && (
          <Button
            look="quiet"
            className="-ml-2.5 justify-self-start"
            onClick={() => setForm(({ caps }) => ({ caps, quietHours: CAREFUL }))}
          >
            Use careful hours: 9:00 to 20:00, Sundays from noon
          </Button>
        )}
      </Section>
      <Section
        title="How often"
        about="How many such texts one person gets at most, from all of your numbers together. An empty field is no limit. What is over it waits until there is room."
      >
        <div className="grid max-w-[40rem] grid-cols-[minmax(6rem,11rem)_repeat(3,minmax(0,7rem))] items-center gap-x-3 gap-y-2 max-md:grid-cols-[5rem_repeat(3,minmax(0,1fr))] max-md:gap-x-2">
          <span />
          {SPANS.map(([span, name]) => (
            <span key={span} className="text-sm text-ink-3">
              {name}
            </span>
          ))}
          {KINDS.map(([kind, name]) => (
            <CapsOfKind
              key={kind}
              name={name}
              caps={form.caps[kind]}
              readOnly={!mayWrite}
              onChange={(span, count) => setCap(kind, span, count)}
            />
          ))}
        </div>
      </Section>
      <FormProblem>{save.isError && !placed ? (elsewhere ?? sentenceOf(save.error)) : null}</FormProblem>
      <Button
        type="submit"
        look="primary"
        className="-mt-4 justify-self-start"
        busy={save.isPending}
        reason={!mayWrite ? NOT_ALLOWED : same ? "Nothing was changed." : null}
      >
        Save
      </Button>
    </form>
  );
}

interface HoursProps {
  name: string;
  hours: Rules["quietHours"][Day];
  /** What is wrong with this row. */
  error: string | undefined;
  readOnly: boolean;
  onChange(hours: Rules["quietHours"][Day]): void;
}

function HoursOfDay({ name, hours, error, readOnly, onChange }: HoursProps) {
  const wrong = useId();
  const time = (end: "from" | "to", label: string) => (
    <Input
      aria-label={`${name}, ${label}`}
      aria-invalid={error ? true : undefined}
      aria-describedby={error ? wrong : undefined}
      className="w-20! tabular"
      inputMode="numeric"
      readOnly={readOnly}
      value={hours?.[end] ?? ""}
      onChange={(event) => onChange({ ...(hours ?? USUAL), [end]: event.target.value })}
    />
  );
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1">
      <span className="w-44 text-md max-md:w-full">{name}</span>
      {hours ? (
        <>
          {time("from", "from")}
          <span className="text-ink-3">to</span>
          {time("to", "to")}
        </>
      ) : (
        <span className="w-[12.4rem] text-ink-3">Nothing leaves</span>
      )}
      <Checkbox checked={hours === null} disabled={readOnly} onChange={(none) => onChange(none ? null : USUAL)}>
        Not on {name === "Monday to Friday" ? "these days" : `${name}s`}
      </Checkbox>
      {error && (
        <p id={wrong} role="alert" className="w-full text-sm text-bad md:pl-47">
          {error}
        </p>
      )}
    </div>
  );
}

interface CapsProps {
  name: string;
  caps: Rules["caps"][Kind];
  readOnly: boolean;
  onChange(span: Span, count: number | null): void;
}

const CapsOfKind = ({ name, caps, readOnly, onChange }: CapsProps) => (
  <>
    <span className="text-md">{name}</span>
    {SPANS.map(([span, words]) => (
      <Input
        key={span}
        aria-label={`${name}, ${words}`}
        className="tabular"
        inputMode="numeric"
        placeholder="No limit"
        readOnly={readOnly}
        value={caps[span] ?? ""}
        onChange={({ target }) => {
          const digits = target.value.replace(/\D/g, "").slice(0, 4);
          onChange(span, digits === "" ? null : Number(digits));
        }}
      />
    ))}
  </>
);
