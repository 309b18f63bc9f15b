/** HTTP of the consent room. */
import { LedgerQuery, LedgerVerdict, SendingRulesAndLaws, SendingRulesPatch } from "../../contract/consent.ts";
import { acts, handsOut, type Route, reads, writes } from "../platform/http/route.ts";
import { exportLedger } from "./export.ts";
import { verify } from "./ledger.ts";
import { changeSendingRules, readSendingRules } from "./sending-rules.ts";

export const consentRoutes: Route[] = [
  reads({
    path: "/api/consent/rules",
    summary: "Quiet hours and caps for what nobody asked for: the workspace's own, and the law's with its sources",
    permission: "inbox.read",
    answer: SendingRulesAndLaws,
    handle: readSendingRules,
  }),
  writes({
    method: "PATCH",
    path: "/api/consent/rules",
    summary: "Change the workspace's own quiet hours and caps; they only ever narrow the law's",
    permission: "settings.write",
    body: SendingRulesPatch,
    answer: SendingRulesAndLaws,
    handle: (tx, { body, caller }) => changeSendingRules(tx, body, caller.actor),
  }),
  handsOut({
    path: "/api/consent/export",
    summary: "The whole consent ledger, one event a line (NDJSON)",
    permission: "consent.export",
    query: LedgerQuery,
    handle: (database, { caller }) => exportLedger(database, caller),
  }),
  acts({
    method: "POST",
    path: "/api/consent/verify",
    summary: "Check the consent ledger's chain from its first event",
    permission: "consent.export",
    answer: LedgerVerdict,
    handle: (database, { caller }) => database.view(caller.workspaceId, verify),
  }),
];
