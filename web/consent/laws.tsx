import type { QuietLaw } from "../../contract/consent.ts";
import { sayDate } from "../shell/words.ts";
import { Section } from "./section.tsx";

type Hours = QuietLaw["weekdays"];

const sayHours = (hours: Hours) => (hours ? `${hours.from} to ${hours.to}` : "Nothing");

const HEAD = "py-2 pr-4 text-left text-sm font-medium text-ink-3";
const CELL = "h-10 border-t py-1.5 pr-4 align-middle";

/** What Parley knows of the law: the stricter of it and your own hours counts. */
export function Laws({ laws }: { laws: readonly QuietLaw[] }) {
  const [first] = laws;
  return (
    <Section
      title="What the law says"
      about={`Parley obeys these wherever a recipient may be, by their area code and by the state, ZIP code, country or time zone in their attributes; where these differ, all of them. Where sources disagree it keeps to the stricter. Read last on ${first ? sayDate(first.checkedAt) : "an earlier day"}; this is no legal advice.`}
    >
      <div className="overflow-x-auto">
        <table className="w-full min-w-[46rem] border-b text-sm tabular">
          <thead>
            <tr>
              <th className={HEAD}>Place</th>
              <th className={HEAD}>Monday to Friday</th>
              <th className={HEAD}>Saturday</th>
              <th className={HEAD}>Sunday</th>
              <th className={HEAD}>At most</th>
              <th className={HEAD}>Since</th>
              <th className={HEAD}>Source</th>
            </tr>
          </thead>
          <tbody>
            {laws.map((law) => (
              <tr key={law.id}>
                <td className={CELL}>
                  {law.name}
                  {law.note && <span className="block text-xs text-pretty text-ink-3">{law.note}</span>}
                </td>
                <td className={CELL}>{sayHours(law.weekdays)}</td>
                <td className={CELL}>{sayHours(law.saturday)}</td>
                <td className={CELL}>
                  {sayHours(law.sunday)}
                  {law.holidays && <span className="block text-xs text-ink-3">nothing on holidays</span>}
                </td>
                <td className={CELL}>{law.cap ? `${law.cap.count} in ${law.cap.hours} hours` : ""}</td>
                <td className={CELL}>{law.from ? sayDate(law.from) : ""}</td>
                <td className={CELL}>
                  <a
                    href={law.source}
                    target="_blank"
                    rel="noreferrer"
                    className="font-medium text-accent underline underline-offset-2"
                  >
                    {new URL(law.source).hostname.replace(/^www\./, "")}
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
