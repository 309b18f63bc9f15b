import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";
import { mayBuyWith, nameOfRequest } from "../sms-requests/request-words.ts";
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

/** Says where a country sells its numbers only with papers, and with which approved ones this one is bought. */
export function PapersNote({ wizard: { draft, set }, accountId }: { wizard: Wizard; accountId: string }) {
  const { queries } = useApi();
  const may = useMay();
  const { country, numberType, requestId } = draft;
  const enabled = may("sms.manage");
  const kinds = useQuery({ ...queries.paperKinds(country, accountId), enabled });
  const requests = useQuery({ ...queries.smsRequests(), enabled });
  const ofCountry = requests.data?.filter((each) => each.country === country && each.status !== "withdrawn") ?? [];
  const chosen = ofCountry.find(({ id }) => id === requestId);
  if (chosen)
    return (
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-sm bg-accent-soft px-3 py-2 text-sm text-pretty">
        <span className="flex-1">Bought with the papers that Twilio has: {nameOfRequest(chosen)}.</span>
        <Button
          look="quiet"
          onClick={() => set({ requestId: null, numberType: "local", sender: "" })}
          className="-my-1"
        >
          Look without them
        </Button>
      </p>
    );
  if (!kinds.data?.some((each) => each.numberType === numberType)) return null;
  const usable = ofCountry.filter((each) => mayBuyWith(each) && each.providerAccountId === accountId);
  return (
    <div className="grid justify-items-start gap-2 rounded-sm bg-warn-soft px-3 py-2.5">
      <p className="text-md text-pretty text-warn">
        {sayCountry(country)} sells such numbers only with papers that Twilio has approved.
      </p>
      {usable.map((each) => (
        <Button
          key={each.id}
          onClick={() => set({ requestId: each.id, numberType: each.numberType, areaCode: "", sender: "" })}
        >
          Use your papers: {nameOfRequest(each)}
        </Button>
      ))}
      <Link
        to="/settings/sms-requests"
        search={ofCountry.length > 0 ? { dialog: undefined } : { dialog: "new", country }}
        className="text-sm font-medium text-accent underline-offset-2 hover:underline max-md:py-2"
      >
        {ofCountry.length > 0 ? "See how your request stands" : "Request one under Settings > SMS Requests"}
      </Link>
    </div>
  );
}
