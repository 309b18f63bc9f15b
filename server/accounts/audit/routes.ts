/** HTTP of the audit log. It has no route that writes: entries come with what they tell of. */
import { AuditEntry, AuditExportQuery, AuditQuery } from "../../../contract/audit.ts";
import { pageOf } from "../../../contract/paging.ts";
import { handsOut, type Route, reads } from "../../platform/http/route.ts";
import { auditEntries, exportAudit } from "./audit.ts";

export const auditRoutes: Route[] = [
  reads({
    path: "/api/audit",
    summary: "Who changed what in how the business works, the newest first",
    permission: "audit.read",
    query: AuditQuery,
    answer: pageOf(AuditEntry),
    handle: (view, { query, caller }) => auditEntries(view, caller, query),
  }),
  handsOut({
    path: "/api/audit/export",
    summary: "The audit log to take away, one entry a line (NDJSON), the newest first",
    permission: "audit.read",
    query: AuditExportQuery,
    handle: (database, { query, caller }) => exportAudit(database, query, caller),
  }),
];
