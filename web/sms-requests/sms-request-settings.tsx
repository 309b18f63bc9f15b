import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import type { SmsRequestSummary } from "../../contract/sms-requests.ts";
import { sentenceOf } from "../api/problems.ts";
import { NUMBER_COUNTRIES } from "../channels/countries.ts";
import { Section } from "../consent/section.tsx";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { sayMoment } from "../shell/words.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { NewRequest } from "./new-request.tsx";
import { nameOfRequest, sayStanding, statusWord, typeCalled } from "./request-words.ts";
import { useIsSimulated } from "./simulated.ts";

/** Numbers that need papers: what was asked for, and how each stands. */
export function SmsRequestSettings() {
  const { queries } = useApi();
  const may = useMay();
  const requests = useQuery({ ...queries.smsRequests(), enabled: may("sms.manage") });
  const { dialog, country, numberType } = useSearch({ from: "/app/settings/sms-requests" });
  const go = useNavigate();
  const isSimulated = useIsSimulated();
  if (!may("sms.manage")) return <p className="text-md text-ink-2">{NOT_ALLOWED}</p>;
  const show = (next: string | undefined) => void go({ to: "/settings/sms-requests", search: { dialog: next } });
  const begin = (
    <Button look="primary" className="justify-self-start" onClick={() => show("new")}>
      <Plus aria-hidden className="size-3.5" /> New request
    </Button>
  );
  return (
    <>
      <Section
        title="SMS Requests"
        about="Some countries sell a number only to somebody who says who they are: an address, a person or business, documents. You fill that in here, and Twilio’s reviewers decide."
      >
        {requests.isError && !requests.data && (
          <Failed again={() => void requests.refetch()}>{sentenceOf(requests.error)}</Failed>
        )}
        {requests.isPending && <RowsSkeleton />}
        {requests.data?.length === 0 && (
          <Empty title="No request yet" act={begin}>
            Begin one for the country of the number that you want. What is asked for there is shown before you type
            anything.
          </Empty>
        )}
        {requests.data && requests.data.length > 0 && (
          <>
            {begin}
            <ul aria-label="Requests" className="border-t">
              {requests.data.toReversed().map((each) => (
                <RequestRow key={each.id} request={each} isSimulated={isSimulated(each)} />
              ))}
            </ul>
          </>
        )}
      </Section>
      {dialog === "new" && (
        <NewRequest
          country={NUMBER_COUNTRIES.find((each) => each === country) ?? "DE"}
          numberType={typeCalled(numberType)}
          close={() => show(undefined)}
        />
      )}
    </>
  );
}

function RequestRow({ request, isSimulated }: { request: SmsRequestSummary; isSimulated: boolean }) {
  const { word, tone } = statusWord(request);
  return (
    <li className="relative flex flex-wrap items-center gap-x-4 gap-y-1 border-b py-3 hover:bg-sunken/50">
      <div className="min-w-0 flex-1">
        <p className="text-md font-medium">
          <Link
            to="/settings/sms-requests/$requestId"
            params={{ requestId: request.id }}
            search={{ dialog: undefined }}
            className="after:absolute after:inset-0"
          >
            {nameOfRequest(request)}
          </Link>
        </p>
        <p className="text-sm text-pretty text-ink-2">{sayStanding(request, isSimulated)}</p>
        {request.status === "rejected" && <p className="text-sm font-medium text-accent">Edit and send again</p>}
      </div>
      <Badge tone={tone}>{word}</Badge>
      <time dateTime={request.createdAt} className="text-sm text-ink-3 tabular max-md:w-full">
        {sayMoment(request.createdAt)}
      </time>
    </li>
  );
}

const RowsSkeleton = () => (
  <div role="status" aria-label="Loading requests" className="grid gap-3">
    <Skeleton className="h-14 w-full" />
    <Skeleton className="h-14 w-full" />
  </div>
);
