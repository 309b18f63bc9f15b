import { CircleAlert, Loader, Paperclip } from "lucide-react";
import type { Media } from "../../contract/media.ts";
import type { Message } from "../../contract/messages.ts";
import { useDialogs } from "./dialogs.ts";
import { fileName, saySize } from "./file-words.ts";

const isPicture = ({ state, contentType }: Media): boolean =>
  state === "stored" && /^image\/(jpeg|png|gif|webp|bmp)$/.test(contentType ?? "");

/** The files of a message: pictures small, to be opened large; anything else by its name. */
export function BubbleFiles({ message }: { message: Message }) {
  const dialogs = useDialogs();
  if (message.media.length === 0) return null;
  return (
    <ul className="mb-[3px] flex max-w-[66%] flex-wrap gap-1 max-md:max-w-[86%]">
      {message.media.map((file) => (
        <li key={file.id}>
          {isPicture(file) ? (
            <button
              type="button"
              aria-label={`Open ${fileName(file)} large`}
              onClick={() => dialogs.open("picture", { of: file.id })}
              className="block overflow-hidden rounded-lg bg-sunken shadow-[inset_0_0_0_1px_var(--line)]"
            >
              <img
                src={file.url}
                alt={fileName(file)}
                loading="lazy"
                className="block h-40 w-auto min-w-24 max-w-64 object-cover"
              />
            </button>
          ) : (
            <OtherFile file={file} />
          )}
        </li>
      ))}
    </ul>
  );
}

const CARD = "flex min-h-9 items-center gap-2 rounded-lg bg-sunken px-3 py-1.5 text-sm max-md:min-h-11";

function OtherFile({ file }: { file: Media }) {
  switch (file.state) {
    case "fetching":
      return (
        <p className={`${CARD} text-ink-2`}>
          <Loader aria-hidden className="size-3.5" /> {fileName(file)} is on its way
        </p>
      );
    case "failed":
      return (
        <p className={`${CARD} text-bad`}>
          <CircleAlert aria-hidden className="size-3.5 shrink-0" />
          {file.reason?.message ?? `${fileName(file)} could not be had.`}
        </p>
      );
    case "stored":
    case "linked":
      return (
        <a href={file.url} target="_blank" rel="noreferrer" className={`${CARD} hover:underline`}>
          <Paperclip aria-hidden className="size-3.5 shrink-0" />
          <span className="min-w-0 truncate">{fileName(file)}</span>
          {file.size !== null && <span className="text-ink-3 tabular">{saySize(file.size)}</span>}
        </a>
      );
  }
}
