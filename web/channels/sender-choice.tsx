import type { ProviderNumber } from "../../contract/channels.ts";
import { cx } from "../ui/cx.ts";
import { Skeleton } from "../ui/skeleton.tsx";

/** A number or Messaging Service that may be picked. */
export interface Offer {
  /** In E.164, or the service's SID. */
  sender: string;
  name: string;
  about: string;
  /** Which other app gets its texts now. */
  otherApp: string | null;
  /** Why it can't be picked. */
  reason: string | null;
}

export function SenderChoice({
  label,
  empty,
  offers,
  chosen,
  pick,
}: {
  label: string;
  empty: string;
  offers: Offer[];
  chosen: string;
  pick(offer: Offer): void;
}) {
  if (offers.length === 0) return <p className="py-4 text-md text-ink-2">{empty}</p>;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-sm font-medium text-ink-2">{label}</legend>
      <div className="max-h-64 overflow-y-auto rounded-sm border border-line-strong">
        {offers.map((offer) => (
          <label
            key={offer.sender}
            className={cx(
              "flex min-h-10 items-center gap-3 border-b px-3 py-1.5 last:border-b-0 max-md:min-h-12",
              offer.sender === chosen ? "bg-accent-soft" : offer.reason === null && "hover:bg-sunken",
            )}
          >
            <input
              type="radio"
              name="sender"
              className="shrink-0 accent-(--accent)"
              disabled={offer.reason !== null}
              checked={offer.sender === chosen}
              onChange={() => pick(offer)}
            />
            <span className="min-w-0 flex-1">
              <span className={cx("block font-medium tabular", offer.reason && "text-ink-3")}>{offer.name}</span>
              <span className="block text-sm text-pretty text-ink-3">{offer.reason ?? offer.about}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** "SMS, voice". */
export const abilities = ({ sms, mms, voice }: ProviderNumber["capabilities"]): string =>
  [sms && "SMS", mms && "MMS", voice && "voice"].filter(Boolean).join(", ");

export const LoadingOffers = () => (
  <div role="status" aria-label="Asking Twilio for numbers" className="grid gap-2">
    <Skeleton className="h-10 w-full" />
    <Skeleton className="h-10 w-full" />
    <Skeleton className="h-10 w-full" />
  </div>
);
