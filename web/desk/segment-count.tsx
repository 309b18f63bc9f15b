import type { SegmentCount as Count, UnicodeCharacter } from "../../contract/segments.ts";
import type { Token } from "../../contract/tokens.ts";
import { plural } from "../shell/words.ts";
import { cx } from "../ui/cx.ts";

/** The text with what forces Unicode and what is not filled in marked; lies behind the box and has its size. */
export function Marked({
  text,
  characters,
  tokens,
  className,
}: {
  text: string;
  characters: readonly UnicodeCharacter[];
  tokens: readonly Token[];
  className: string;
}) {
  const marks = [
    ...characters.map(({ index, character }) => ({ index, text: character, look: FORCES_UNICODE })),
    ...tokens.map((token) => ({ index: token.index, text: token.text, look: NOT_FILLED_IN })),
  ].sort((one, other) => one.index - other.index);
  const parts = [];
  let at = 0;
  for (const mark of marks) {
    if (mark.index < at) continue;
    parts.push(text.slice(at, mark.index));
    parts.push(
      <mark key={mark.index} className={cx("rounded-[3px] text-transparent", mark.look)}>
        {mark.text}
      </mark>,
    );
    at = mark.index + mark.text.length;
  }
  return (
    <div aria-hidden className={cx(className, "text-transparent select-none")}>
      {parts}
      {`${text.slice(at)} `}
    </div>
  );
}

const FORCES_UNICODE = "bg-warn-soft shadow-[0_0_0_1px_var(--warn)]";
const NOT_FILLED_IN = "bg-bad-soft shadow-[0_0_0_1px_var(--bad)]";

/** Writes what can stand in for each character that forces Unicode. */
function replaced(text: string, characters: readonly UnicodeCharacter[]): string {
  return characters.toReversed().reduce((result, { index, character, replacement }) => {
    if (replacement === undefined) return result;
    return result.slice(0, index) + replacement + result.slice(index + character.length);
  }, text);
}

const FEW = 4;

export function SegmentCount({
  count,
  text,
  tooLong,
  replace,
}: {
  count: Count;
  text: string;
  tooLong: boolean;
  replace(text: string): void;
}) {
  const { characters, segments, encoding, unicodeCharacters } = count;
  const culprits = [...new Set(unicodeCharacters.map((each) => each.character))];
  const canReplace = unicodeCharacters.some((each) => each.replacement !== undefined);
  return (
    <p id="segment-count" className="flex-1 pb-1 text-sm text-ink-3 tabular">
      <span className={cx(tooLong && "font-medium text-bad")}>
        <b className="font-medium text-ink-2">{characters.toLocaleString()}</b>{" "}
        {characters === 1 ? "character" : "characters"}
        {tooLong && " of 1,600"}
      </span>
      {text !== "" && (
        <>
          {" · "}
          <b className="font-medium text-ink-2">{segments}</b> {segments === 1 ? "segment" : "segments"}
        </>
      )}
      {encoding === "UCS-2" && (
        <>
          {" · Unicode because of "}
          {culprits.slice(0, FEW).map((each) => (
            <mark key={each} className="mr-1 rounded-[3px] bg-warn-soft px-1 text-warn">
              {each}
            </mark>
          ))}
          {culprits.length > FEW && ` and ${plural(culprits.length - FEW, "other")}`}
          {canReplace && (
            <button
              type="button"
              onClick={() => replace(replaced(text, unicodeCharacters))}
              className="ml-1.5 text-ink-2 underline underline-offset-2 hover:text-ink max-md:min-h-11"
            >
              replace
            </button>
          )}
        </>
      )}
    </p>
  );
}
