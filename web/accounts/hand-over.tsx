import { sayMomentWithin } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton, Secret } from "./copy-secret.tsx";

/** A link that one person hands to another; shown this once. */
export function HandOver({
  url,
  expiresAt,
  name,
  done,
}: {
  url: string;
  expiresAt: string;
  name: string;
  done(): void;
}) {
  return (
    <div className="grid gap-4">
      <p className="text-md text-pretty text-ink-2">
        Hand it to {name} in a way that nobody else reads. Whoever opens it first gets in. It works once, until{" "}
        {sayMomentWithin(expiresAt)}, and is shown this once.
      </p>
      <Secret label="One-time link">{url}</Secret>
      <div className="flex justify-end gap-2">
        <CopyButton text={url}>Copy link</CopyButton>
        <Button look="primary" onClick={done}>
          Done
        </Button>
      </div>
    </div>
  );
}
