/** What is on the phone, as phones show it: the customer's words on the right, the business's on the left. */
import { Image } from "lucide-react";
import { Fragment } from "react";
import type { DemoText } from "../../contract/demo.ts";
import { withQuery } from "../api/client.ts";
import { useMe } from "../shell/session.ts";
import { sameDay, sayFully, sayMoment, sayTime } from "../shell/words.ts";
import { cx } from "../ui/cx.ts";

/** A silence longer than this is shown by the time at which it ended. */
const SILENCE_MS = 15 * 60_000;

export function Bubbles({ texts, nameOf }: { texts: readonly DemoText[]; nameOf: (number: string) => string }) {
  const lastSent = texts.findLast((each) => each.direction === "sent");
  return texts.map((text, index) => {
    const before = texts[index - 1];
    const silence = before ? Date.parse(text.at) - Date.parse(before.at) : Number.POSITIVE_INFINITY;
    const elsewhere = before ? before.with !== text.with : false;
    return (
      <Fragment key={text.id}>
        {(silence > SILENCE_MS || (before && !sameDay(before.at, text.at)) || elsewhere) && (
          <p className="mt-3 mb-1 text-center text-xs text-ink-3 tabular">
            {elsewhere && <>{nameOf(text.with)} · </>}
            {sayMoment(text.at)}
          </p>
        )}
        <Bubble text={text} withReceipt={text === lastSent} />
      </Fragment>
    );
  });
}

function Bubble({ text, withReceipt }: { text: DemoText; withReceipt: boolean }) {
  const sent = text.direction === "sent";
  const foot = sent ? receiptOf(text, withReceipt) : text.automatic ? AUTOMATIC : null;
  return (
    <article
      aria-label={sent ? "Sent" : text.automatic ? "Received from the provider" : "Received"}
      className={cx("flex flex-col", sent ? "items-end" : "items-start")}
    >
      {text.media.map((file, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pictures of a text stay where they are
        <Photo key={at} url={file.url} sent={sent} />
      ))}
      {text.body && (
        <p
          title={sayFully(text.at)}
          className={cx(
            "max-w-[84%] rounded-[16px] px-3 py-1.5 break-words whitespace-pre-wrap",
            sent ? "bg-sms-soft text-ink" : text.automatic ? "border border-line-strong text-ink-2" : "bg-bubble-in",
          )}
        >
          {text.body}
        </p>
      )}
      <time dateTime={text.at} className="sr-only">
        {sayTime(text.at)}
      </time>
      {foot && (
        <p className={cx("mx-1 mt-0.5 max-w-[84%] text-xs", text.delivery === "failed" ? "text-bad" : "text-ink-3")}>
          {foot}
        </p>
      )}
    </article>
  );
}

const AUTOMATIC = "Automatic: the provider says this by itself. The inbox has no such message.";

function receiptOf({ delivery }: DemoText, isLast: boolean): string | null {
  if (delivery === "failed") return "Not delivered";
  if (delivery === "pending") return "Sending";
  return isLast ? "Delivered" : null;
}

function Photo({ url, sent }: { url: string | null; sent: boolean }) {
  const { workspaceId } = useMe();
  if (url)
    return (
      <img
        src={withQuery(url, { workspace: workspaceId })}
        alt={sent ? "Sent from this phone" : "From the business"}
        className="mb-0.5 max-h-44 max-w-[70%] rounded-[16px] object-cover"
      />
    );
  return (
    <span className="mb-0.5 flex items-center gap-1.5 rounded-[16px] bg-bubble-in px-3 py-1.5 text-sm text-ink-2">
      <Image aria-hidden className="size-3.5" /> A photo
    </span>
  );
}
