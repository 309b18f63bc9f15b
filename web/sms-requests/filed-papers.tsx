import { FileText } from "lucide-react";
import { chosenDocument } from "../../contract/papers.ts";
import type { SmsRequest } from "../../contract/sms-requests.ts";
import { sayCountry } from "../channels/countries.ts";
import { ADDRESS_LABELS } from "./address-fields.tsx";
import { type FormSection, sectionsOf } from "./sections.ts";

type Row = readonly [label: string, value: string];

/** What was handed in, to be read: it can't be changed while the provider has it. A check hands in nothing. */
export function FiledPapers({ request }: { request: SmsRequest }) {
  const title = request.goal === "check" ? "What is being checked" : "What was filed";
  return (
    <section aria-label={title} className="grid gap-4 border-t pt-4">
      <div>
        <h3 className="text-md font-semibold">{title}</h3>
        <p className="text-sm text-ink-3">Kept sealed here, until you have it erased.</p>
      </div>
      {sectionsOf(request.asked).map((section) => (
        <Filed key={section.name} section={section} request={request} />
      ))}
    </section>
  );
}

function Filed({ section, request }: { section: FormSection; request: SmsRequest }) {
  const rows = rowsOf(section, request).filter(([, value]) => value.trim() !== "");
  const fileId = section.document && request.papers.documents[section.document.name]?.fileId;
  const file = request.files.find(({ id }) => id === fileId);
  if (rows.length === 0 && !file) return null;
  return (
    <div className="grid gap-1">
      <h4 className="text-sm font-medium text-ink-2">{section.title}</h4>
      <dl className="grid grid-cols-[minmax(8rem,2fr)_minmax(0,3fr)] gap-x-4 gap-y-1 text-md">
        {rows.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-pretty text-ink-3">{label}</dt>
            <dd className="break-words whitespace-pre-wrap">{value}</dd>
          </div>
        ))}
        {file && (
          <div className="contents">
            <dt className="text-ink-3">File</dt>
            <dd className="flex min-w-0 items-center gap-2">
              <FileText aria-hidden className="size-4 shrink-0 text-ink-3" />
              <span className="min-w-0 break-all">{file.name}</span>
            </dd>
          </div>
        )}
      </dl>
    </div>
  );
}

function rowsOf({ name, document }: FormSection, { asked, papers }: SmsRequest): Row[] {
  if (name === "contact") return [["Email", papers.email]];
  if (name === "endUser") return asked.endUser.map((each): Row => [each.label, papers.endUser[each.name] ?? ""]);
  if (document) {
    const chosen = chosenDocument(document, papers);
    const { values = {} } = papers.documents[document.name] ?? {};
    const fields = chosen?.fields.map((each): Row => [each.label, values[each.name] ?? ""]) ?? [];
    return [["Document", chosen?.label ?? ""], ...fields];
  }
  const { address } = papers;
  if (address.street.trim() === "") return []; // it was not asked for
  return (["customerName", "street", "streetSecondary", "postalCode", "city", "region", "country"] as const).map(
    (line): Row => [ADDRESS_LABELS[line] ?? line, line === "country" ? sayCountry(address.country) : address[line]],
  );
}
