import { Download } from "lucide-react";
import type { Media } from "../../contract/media.ts";
import { Dialog } from "../ui/dialog.tsx";
import { fileName, saySize } from "./file-words.ts";

/** A picture as large as the window allows. */
export const PictureDialog = ({ file, close }: { file: Media; close(): void }) => (
  <Dialog open onClose={close} title={fileName(file)} place="wide">
    <img
      src={file.url}
      alt={fileName(file)}
      className="mx-auto max-h-[calc(100dvh-10rem)] max-w-full rounded-md object-contain"
    />
    <p className="mt-3 text-center text-sm">
      <a
        href={file.url}
        download={file.name ?? ""}
        className="inline-flex items-center gap-1.5 font-medium text-accent underline underline-offset-2 max-md:min-h-11"
      >
        <Download aria-hidden className="size-3.5" /> Download
        {file.size !== null && <span className="font-normal text-ink-3">{saySize(file.size)}</span>}
      </a>
    </p>
  </Dialog>
);
