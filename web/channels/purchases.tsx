import { LoaderCircle } from "lucide-react";
import type { Activation } from "../../contract/activations.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { sayPhone } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";

/** Numbers that are being bought: what each waits for, and the way out. Nothing where none is. */
export function Purchases({ purchases, giveUp }: { purchases: Activation[]; giveUp(purchase: Activation): void }) {
  const may = useMay();
  if (purchases.length === 0) return null;
  return (
    <ul aria-label="Numbers being bought" className="mb-4 grid gap-2">
      {purchases.map((each) => (
        <li key={each.id} className="flex items-start gap-2.5 rounded-md bg-sunken px-3.5 py-3">
          <LoaderCircle
            aria-hidden
            className="mt-0.5 size-4 shrink-0 animate-spin text-accent motion-reduce:animate-none"
          />
          <div className="grid min-w-0 flex-1 gap-0.5">
            <h2 className="text-md leading-5 font-semibold tabular">
              {each.phoneNumber ? sayPhone(each.phoneNumber) : "A new number"}
            </h2>
            <p role="status" className="max-w-[44rem] text-sm text-pretty text-ink-2">
              {sayPurchase(each)}
            </p>
          </div>
          <Button
            aria-label={`Give up buying ${each.phoneNumber ? sayPhone(each.phoneNumber) : "this number"}`}
            reason={may("providers.manage") ? null : NOT_ALLOWED}
            onClick={() => giveUp(each)}
          >
            Give up
          </Button>
        </li>
      ))}
    </ul>
  );
}

function sayPurchase({ state, problem }: Activation): string {
  if (state === "undoing") return `It is being given back. ${problem?.message ?? ""}`;
  return problem?.message ?? "Parley is buying it. It is connected here as soon as it is yours.";
}
