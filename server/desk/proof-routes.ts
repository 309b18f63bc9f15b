/** HTTP of what can be taken away as proof: one person's evidence, and everybody who may not be written to. */
import { z } from "zod";
import { EvidenceQuery, ExportQuery } from "../../contract/consent.ts";
import { idOf } from "../../contract/ids.ts";
import { audit } from "../accounts/accounts.ts";
import { TextAnswer } from "../platform/http/files.ts";
import { handsOut, type Route } from "../platform/http/route.ts";
import { gatherEvidence } from "./evidence.ts";
import { evidencePage, STYLE_HASH } from "./evidence-page.ts";
import { exportSuppressions } from "./suppression-list.ts";

export const proofRoutes: Route[] = [
  handsOut({
    path: "/api/contacts/:id/evidence",
    summary: "What can be proven of one person's consent: a page to read and to print, or data to check",
    permission: "consent.export",
    params: z.strictObject({ id: idOf("con") }),
    query: EvidenceQuery,
    async handle(database, { params, query, caller }) {
      const { actor: by, workspaceId } = caller;
      const pack = await database.tx(workspaceId, async (tx) => {
        const gathered = await gatherEvidence(tx, params.id, by);
        await audit(tx, { by, verb: "consent.evidence_taken", thing: { id: params.id, name: null } });
        return gathered;
      });
      const name = `consent-evidence-${params.id.slice(-8)}.${query.format}`;
      return query.format === "json"
        ? new TextAnswer({
            contentType: "application/json",
            name,
            shown: false,
            parts: [JSON.stringify(pack, null, 2)],
          })
        : new TextAnswer({
            ...{ contentType: "text/html", name, shown: true, styleHash: STYLE_HASH },
            parts: [evidencePage(pack)],
          });
    },
  }),
  handsOut({
    path: "/api/consent/suppressions/export",
    summary: "Everybody who may not be written to, as CSV or NDJSON",
    permission: "consent.export",
    query: ExportQuery,
    handle: (database, { query, caller }) => exportSuppressions(database, caller, query.format),
  }),
];
