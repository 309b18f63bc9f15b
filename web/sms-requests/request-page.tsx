import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useEffect, useRef } from "react";
import type { SmsRequest } from "../../contract/sms-requests.ts";
import { codeOf, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { FiledPapers } from "./filed-papers.tsx";
import { LetGo, type Way } from "./let-go.tsx";
import { NoStockFor } from "./no-stock.tsx";
import { RequestForm } from "./request-form.tsx";
import { mayBuyWith, nameOfRequest, sayStanding, statusWord } from "./request-words.ts";
import { SendingSteps } from "./sending-steps.tsx";
import { useIsSimulated } from "./simulated.ts";

/** One request: filled in while it may be, and how it stands. */
export function SmsRequestPage() {
  const { queries } = useApi();
  const may = useMay();
  const { requestId } = useParams({ from: "/app/settings/sms-requests/$requestId" });
  const request = useQuery({ ...queries.smsRequest(requestId), enabled: may("sms.manage") });
  if (!may("sms.manage")) return <p className="text-md text-ink-2">{NOT_ALLOWED}</p>;
  const isGone = codeOf(request.error) === "not_found";
  return (
    <div className="grid max-w-[40rem] gap-4">
      <Link
        to="/settings/sms-requests"
        search={{ dialog: undefined }}
        className="-ml-1 inline-flex min-h-8 items-center gap-1 justify-self-start text-sm text-ink-2 hover:text-ink max-md:min-h-11"
      >
        <ChevronLeft aria-hidden className="size-4" /> All requests
      </Link>
      {isGone && <Empty title="This request is gone">Somebody deleted it, or it belongs to another workspace.</Empty>}
      {request.isError && !request.data && !isGone && (
        <Failed again={() => void request.refetch()}>{sentenceOf(request.error)}</Failed>
      )}
      {request.isPending && <Skeleton className="h-80 w-full" />}
      {request.data && !isGone && <Shown key={requestId} request={request.data} />}
    </div>
  );
}

function Shown({ request }: { request: SmsRequest }) {
  const go = useNavigate();
  const { dialog } = useSearch({ from: "/app/settings/sms-requests/$requestId" });
  const show = (next: string | undefined) =>
    void go({
      to: "/settings/sms-requests/$requestId",
      params: { requestId: request.id },
      search: { dialog: next },
    });
  const { status, problem } = request;
  const isSimulated = useIsSimulated();
  const { word, tone } = statusWord(request);
  const isOpen = status === "draft" || status === "rejected";
  const way: Way | null = wayOf(request);
  const isBad = status === "rejected" || (status === "draft" && problem !== null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // What had the keys may be gone with how it stood.
    if (status && document.activeElement === document.body) heading.current?.focus();
  }, [status]);
  return (
    <>
      <header className="grid gap-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h2 ref={heading} tabIndex={-1} className="text-lg outline-none font-semibold tracking-tight">
            {nameOfRequest(request)}
          </h2>
          <Badge tone={tone}>{word}</Badge>
        </div>
        <p role="status" className={isBad ? "text-md text-pretty text-bad" : "text-md text-pretty text-ink-2"}>
          {sayStanding(request, isSimulated(request))}
        </p>
      </header>
      {(isOpen || mayBuyWith(request)) && <NoStockFor request={request} />}
      {status === "sending" && <SendingSteps request={request} />}
      {mayBuyWith(request) && (
        <Link
          to="/account/channels"
          search={{ dialog: "connect", request: request.id }}
          className="inline-flex min-h-8 items-center justify-self-start rounded-sm bg-accent px-2.5 py-1 text-sm font-medium text-accent-ink hover:opacity-90 max-md:min-h-11 max-md:px-3.5"
        >
          Get a number
        </Link>
      )}
      {isOpen ? <RequestForm request={request} /> : !request.erased && <FiledPapers request={request} />}
      {request.erased && status !== "withdrawn" && (
        <p className="text-md text-ink-2">
          What was filled in is erased here; Twilio keeps {status === "ready" ? "the address" : "what it approved"}.
        </p>
      )}
      {way && (
        <div className="border-t pt-4">
          <Button onClick={() => show("let-go")}>{way.act}</Button>
        </div>
      )}
      {way && dialog === "let-go" && <LetGo request={request} way={way} close={() => show(undefined)} />}
    </>
  );
}

/** How one gets rid of it, as it stands; null: there is nothing to get rid of. */
function wayOf({ status, erased }: SmsRequest): Way | null {
  switch (status) {
    case "draft":
    case "withdrawn":
      return { act: "Delete this request", by: "delete", about: "It is gone for good, with everything filled in." };
    case "sending":
    case "in_review":
      return {
        act: "Withdraw this request",
        by: "withdraw",
        about:
          "What was filled in is erased here at once, and taken away at Twilio as soon as Twilio lets Parley. No number can be had with it.",
      };
    case "rejected":
      return {
        act: "Delete this request",
        by: "delete",
        about: "It is gone for good, with everything filled in, and is taken away at Twilio too.",
      };
    default:
      return erased
        ? null
        : {
            act: "Erase what was filled in",
            by: "erase",
            about:
              status === "ready"
                ? "The address is erased here. Twilio keeps it, because numbers depend on it."
                : "Names, address and files are erased here. Twilio keeps what it approved, because numbers depend on it, and the approval stays.",
          };
  }
}
