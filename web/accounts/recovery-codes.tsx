import { Download } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "./copy-secret.tsx";

/** The codes for whoever has lost their phone: shown this once. */
export function KeepRecoveryCodes({ codes, done }: { codes: readonly string[]; done(): void }) {
  const text = codes.join("\n");
  const download = () => {
    const url = URL.createObjectURL(new Blob([`Parley recovery codes, each good for once:\n\n${text}\n`]));
    const link = document.createElement("a");
    link.href = url;
    link.download = "parley-recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className="grid gap-4">
      <p className="text-md text-pretty text-ink-2">
        Each of these signs you in once, when you don’t have your phone. They are shown this once: keep them where you
        keep passwords, not on the phone alone.
      </p>
      <ul
        aria-label="Recovery codes"
        className="grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-md bg-sunken p-4 font-mono text-md select-all max-md:gap-x-3"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap justify-end gap-2">
        <CopyButton text={text} />
        <Button onClick={download}>
          <Download aria-hidden className="size-3.5" /> Download
        </Button>
        <Button look="primary" onClick={done}>
          I have kept them
        </Button>
      </div>
    </div>
  );
}
