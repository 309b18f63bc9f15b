/** HTTP of the consent room. */
import { LedgerVerdict } from "../../contract/consent.ts";
import { acts, type Route } from "../platform/http/route.ts";
import { verify } from "./ledger.ts";

export const consentRoutes: Route[] = [
  acts({
    method: "POST",
    path: "/api/consent/verify",
    summary: "Check the consent ledger's chain from its first event",
    permission: "consent.export",
    answer: LedgerVerdict,
    handle: (database, { caller }) => database.view(caller.workspaceId, verify),
  }),
];
