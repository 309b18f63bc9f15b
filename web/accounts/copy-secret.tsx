import { Copy } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { Textarea } from "../ui/field.tsx";
import { useToast } from "../ui/toast.tsx";

/** Copies words that are shown this once, and says what to do where the browser does not let it. */
export function CopyButton({ text, children = "Copy" }: { text: string; children?: string }) {
  const say = useToast();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say("Copied."),
      () => say("The browser did not allow copying. Select it and copy it by hand.", { bad: true }),
    );
  return (
    <Button onClick={() => void copy()}>
      <Copy aria-hidden className="size-3.5" /> {children}
    </Button>
  );
}

/** A secret as it is copied by hand: whoever enters it has all of it selected. */
export const Secret = ({ label, rows = 3, children }: { label: string; rows?: number; children: string }) => (
  <Textarea
    readOnly
    aria-label={label}
    rows={rows}
    spellCheck={false}
    className="resize-none bg-sunken! font-mono text-sm! wrap-anywhere max-md:text-[16px]!"
    value={children}
    onFocus={(event) => event.target.select()}
  />
);
