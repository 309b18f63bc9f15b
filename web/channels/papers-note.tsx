import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { NumberType, SmsRequestSummary } from "../../contract/sms-requests.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";
import { mayBuyWith, nameOfRequest, sayType } from "../sms-requests/request-words.ts";
import { Button } from "../ui/button.tsx";
import { sayCountry } from "./countries.ts";
import type { Wizard } from "./wizard-draft.ts";

/** Whoever comes from an approved request looks for a number that it is good for. */
export function useRequestAsked({ set }: Wizard): void {
  const { queries } = useApi();
  const { request: asked } = useSearch({ strict: false });
  const requests = useQuery({ ...queries.smsRequests(), enabled: asked !== undefined });
  const found = requests.data?.find((each) => each.id === asked && mayBuyWith(each));
  /** Once for each that is asked for: what is chosen afterwards stands. */
  const done = useRef<string | null>(null);
  useEffect(() => {
    if (!found || done.current === found.id) return;
    done.current = found.id;
    const { id, country, numberType, providerAccountId } = found;
    set({
      ...{ step: 2, accountId: providerAccountId, mode: "new", country, numberType, requestId: id },
      ...{ areaCode: "", sender: "", bought: false, otherApp: null, replaceWebhook: null },
    });
  }, [found, set]);
}

interface PapersHere {
  /** Whether it is still asked what such a number needs. */
  pending: boolean;
  /** Whether it is sold with approved papers alone. */
  asked: boolean;
  /** Those with which it is bought; null: none are chosen. */
  chosen: SmsRequestSummary | null;
  /** Those with which it can be bought in this account. */
  usable: SmsRequestSummary[];
  /** Requests for such a number, in whichever account and however they stand. */
  requests: SmsRequestSummary[];
}

/** With which papers a number of this type is sold, and which ones there are. */
export function usePapersFor({ draft }: Wizard, accountId: string, numberType: NumberType | null): PapersHere {
  const { queries } = useApi();
  const enabled = useMay()("sms.manage");
  const kinds = useQuery({ ...queries.paperKinds(draft.country, accountId), enabled });
  const all = useQuery({ ...queries.smsRequests(), enabled });
  const { data: accounts } = useQuery(queries.providerAccounts());
  const requests =
    all.data?.filter(
      (each) => each.country === draft.country && each.numberType === numberType && each.status !== "withdrawn",
    ) ?? [];
  // Papers are good in the account in which they were approved. Where that one is gone it may have been added anew, under
  // another id: the last step knows.
  const isUsable = (each: SmsRequestSummary) =>
    mayBuyWith(each) &&
    (each.providerAccountId === accountId || accounts?.every(({ id }) => id !== each.providerAccountId) === true);
  return {
    pending: enabled && (kinds.isPending || all.isPending),
    asked: kinds.data?.some((each) => each.numberType === numberType) ?? false,
    chosen: requests.find((each) => each.id === draft.requestId && isUsable(each)) ?? null,
    usable: requests.filter(isUsable),
    requests,
  };
}

/** Says with which papers a number is bought, or that it needs some, and how to come by them. */
export function PapersNote({
  wizard: { draft, set },
  numberType,
  papers: { asked, chosen, usable, requests },
  addressOnly,
}: {
  wizard: Wizard;
  numberType: NumberType;
  papers: PapersHere;
  /** Whether it needs an address, and no more. */
  addressOnly: boolean;
}) {
  if (chosen)
    return (
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-sm bg-accent-soft px-3 py-2 text-sm text-pretty">
        <span className="flex-1">Bought with the papers that Twilio has: {nameOfRequest(chosen)}.</span>
        <Button look="quiet" onClick={() => set({ requestId: null, numberType: null, sender: "" })} className="-my-1">
          Look without them
        </Button>
      </p>
    );
  if (!asked && !addressOnly) return null;
  const { country } = draft;
  return (
    <div className="grid justify-items-start gap-2 rounded-sm bg-warn-soft px-3 py-2.5">
      <p className="text-md text-pretty text-warn">
        {asked
          ? `${sayCountry(country)} sells such numbers only with papers that Twilio has approved.`
          : `${sayCountry(country)} sells such numbers only with an address. Nobody reviews it: it is filled in once.`}
      </p>
      {usable.map((each) => (
        <Button key={each.id} onClick={() => set({ requestId: each.id, numberType, areaCode: "", sender: "" })}>
          Use your {asked ? "papers" : "address"}: {nameOfRequest(each)}
        </Button>
      ))}
      <Link
        to="/settings/sms-requests"
        search={requests.length > 0 ? { dialog: undefined } : { dialog: "new", country, numberType }}
        className="text-sm font-medium text-accent underline-offset-2 hover:underline max-md:py-2"
      >
        {requests.length > 0
          ? "See how your request stands"
          : `Request a ${sayType(numberType)} number under Settings > SMS Requests`}
      </Link>
    </div>
  );
}
