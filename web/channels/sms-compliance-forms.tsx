import { useState } from "react";
import type { SmsCompliance } from "../../contract/compliance.ts";
import { type Finding, preflight } from "../../contract/preflight.ts";
import { plural } from "../shell/words.ts";
import { Accordion, AccordionSection } from "../ui/accordion.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field, Input, Textarea } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { BRAND, CAMPAIGN, FLAGS, filledSections, sectionOf } from "./compliance-fields.ts";

/** What carriers ask of the business and of its texts. What is typed stays exactly so; all of it can always be changed. */
export function SmsComplianceForms({
  value,
  onChange,
}: {
  value: SmsCompliance;
  onChange(value: SmsCompliance): void;
}) {
  const [open, setOpen] = useState(["business"]);
  const [checked, setChecked] = useState(false);
  const findings = preflight(value);
  const filled = filledSections(value);
  const { brand, campaign } = value;
  const error = (path: string) => (checked ? findings.find(({ field }) => field === path)?.message : undefined);
  const setBrand = (change: Partial<SmsCompliance["brand"]>) => onChange({ ...value, brand: { ...brand, ...change } });
  const setCampaign = (change: Partial<SmsCompliance["campaign"]>) =>
    onChange({ ...value, campaign: { ...campaign, ...change } });
  const show = (path: string) => {
    const section = sectionOf(path);
    setOpen((before) => [...new Set([...before, section])]);
    requestAnimationFrame(() =>
      document
        .querySelector<HTMLElement>(
          `[data-field="${path}"] :is(input, textarea, [role=combobox]), [data-field="${path}"] [role=checkbox]`,
        )
        ?.focus(),
    );
  };
  return (
    <div className="grid gap-5">
      <section>
        <h3 className="mb-2 text-md font-semibold">Brand</h3>
        <Accordion open={open} onOpen={setOpen}>
          {BRAND.map(({ name, title, fields }) => (
            <AccordionSection key={name} name={name} title={title} filled={filled.has(name)}>
              {fields.map(({ field, ...look }) => (
                <Words
                  key={field}
                  {...look}
                  path={`brand.${field}`}
                  error={error(`brand.${field}`)}
                  value={brand[field]}
                  onChange={(text) => setBrand({ [field]: text })}
                />
              ))}
            </AccordionSection>
          ))}
        </Accordion>
      </section>
      <section>
        <h3 className="mb-2 text-md font-semibold">Campaign</h3>
        <Accordion open={open} onOpen={setOpen}>
          {CAMPAIGN.map(({ name, title, fields }) => (
            <AccordionSection key={name} name={name} title={title} filled={filled.has(name)}>
              {fields.map(({ field, ...look }) => (
                <Words
                  key={field}
                  {...look}
                  path={`campaign.${field}`}
                  error={error(`campaign.${field}`)}
                  value={campaign[field]}
                  onChange={(text) => setCampaign({ [field]: text })}
                />
              ))}
            </AccordionSection>
          ))}
          <AccordionSection name="samples" title="Message samples" filled={filled.has("samples")}>
            {campaign.messageSamples.map((sample, n) => (
              <Words
                // biome-ignore lint/suspicious/noArrayIndexKey: a sample is known by its place alone
                key={n}
                long
                label={`Sample ${n + 1}`}
                path={`campaign.messageSamples.${n}`}
                error={error(`campaign.messageSamples.${n}`)}
                value={sample}
                onChange={(text) => setCampaign({ messageSamples: campaign.messageSamples.with(n, text) })}
              />
            ))}
          </AccordionSection>
          <AccordionSection name="content" title="Content and terms" filled={filled.has("content")}>
            <div>
              {FLAGS.map(([field, label]) => (
                <div key={field} data-field={`campaign.${field}`}>
                  <Checkbox checked={campaign[field]} onChange={(on) => setCampaign({ [field]: on })}>
                    {label}
                  </Checkbox>
                  {error(`campaign.${field}`) && <p className="pl-6 text-sm text-bad">{error(`campaign.${field}`)}</p>}
                </div>
              ))}
            </div>
          </AccordionSection>
        </Accordion>
      </section>
      <Preflight findings={checked ? findings : null} check={() => setChecked(true)} show={show} />
    </div>
  );
}

function Words({
  label,
  help,
  long = false,
  choices,
  path,
  error,
  value,
  onChange,
}: {
  label: string;
  help?: string;
  long?: boolean;
  choices?: readonly string[];
  path: string;
  error: string | undefined;
  value: string;
  onChange(text: string): void;
}) {
  // What was stored stays, also where it is none of today's choices.
  const offered = choices && value && !choices.includes(value) ? [...choices, value] : choices;
  return (
    <div data-field={path}>
      <Field label={label} help={help} error={error}>
        {(field) =>
          offered ? (
            <Select
              {...field}
              value={value}
              placeholder="Choose"
              onChange={onChange}
              choices={offered.map((each) => ({ value: each, label: inWords(each) }))}
            />
          ) : long ? (
            <Textarea {...field} rows={3} value={value} onChange={(event) => onChange(event.target.value)} />
          ) : (
            <Input {...field} autoComplete="off" value={value} onChange={(event) => onChange(event.target.value)} />
          )
        }
      </Field>
    </div>
  );
}

/** "FOOD_AND_BEVERAGE" as "Food and beverage". */
const inWords = (code: string): string =>
  /^[A-Z_]+$/.test(code) ? code.charAt(0) + code.slice(1).replaceAll("_", " ").toLowerCase() : code;

function Preflight({
  findings,
  check,
  show,
}: {
  findings: Finding[] | null;
  check(): void;
  show(field: string): void;
}) {
  if (!findings)
    return (
      <div>
        <Button onClick={check}>Check what carriers often reject</Button>
      </div>
    );
  return (
    <section aria-label="Preflight" aria-live="polite">
      <h3 className="text-md font-semibold">
        {findings.length === 0
          ? "Nothing that carriers commonly reject"
          : `${plural(findings.length, "thing")} to look at`}
      </h3>
      <p className="mb-1 text-sm text-ink-3">
        This is Parley’s own check. Only Twilio and the carriers approve a brand or a campaign.
      </p>
      <ul>
        {findings.map(({ field, message }) => (
          <li key={`${field} ${message}`}>
            <button
              type="button"
              onClick={() => show(field)}
              className="w-full py-1 text-left text-md text-ink-2 underline-offset-2 hover:underline max-md:py-2.5"
            >
              <span className="font-medium text-ink">{nameOfField(field)}:</span> {message}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function nameOfField(path: string): string {
  const [, field = "", n] = path.split(".");
  if (n !== undefined) return `Sample ${Number(n) + 1}`;
  const looks = [...BRAND, ...CAMPAIGN].flatMap(
    ({ fields }): ReadonlyArray<{ field: string; label: string }> => fields,
  );
  return looks.find((each) => each.field === field)?.label ?? FLAGS.find(([name]) => name === field)?.[1] ?? field;
}
