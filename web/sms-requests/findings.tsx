import type { PaperFinding } from "../../contract/sms-requests.ts";
import { plural } from "../shell/words.ts";

/** What is to be looked at in a form; each leads to its field. */
export function Findings({
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
