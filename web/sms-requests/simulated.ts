import { useQuery } from "@tanstack/react-query";
import type { SmsRequestSummary } from "../../contract/sms-requests.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";

/** Tells which requests are made at a simulated Twilio, whose reviewers are quick. */
export function useIsSimulated(): (request: SmsRequestSummary) => boolean {
  const { queries } = useApi();
  const accounts = useQuery({ ...queries.providerAccounts(), enabled: useMay()("providers.manage") });
  return ({ providerAccountId }) =>
    accounts.data?.some(({ id, kind }) => id === providerAccountId && kind === "simulated") ?? false;
}
