/** The ledger to take away: one event a line (NDJSON), with everything that its hash is made of. */
import { audit } from "../accounts/accounts.ts";
import type { Database } from "../platform/db/database.ts";
import type { View } from "../platform/db/handles.ts";
import { TextAnswer } from "../platform/http/files.ts";
import type { Caller } from "../platform/http/route.ts";
import { asExported } from "./ledger.ts";
import { chainHead, eventsAfter, GENESIS } from "./store.ts";

const PAGE = 500;

/**
 * The ledger up to this moment; its headers say how long it is and how it ends. A page at a time is held in memory. That it
 * leaves the house is written down before its first line does.
 */
export async function exportLedger(
  database: Database,
  { workspaceId, actor: by }: Pick<Caller, "workspaceId" | "actor">,
): Promise<TextAnswer> {
  const thing = { id: workspaceId, name: null };
  await database.tx(workspaceId, (tx) => audit(tx, { by, verb: "consent.exported", thing }));
  const head = (await database.view(workspaceId, chainHead)) ?? { seq: 0, hash: GENESIS };
  async function* lines() {
    for (let seq = 0; seq < head.seq; ) {
      const read = (view: View) => eventsAfter(view, seq, Math.min(PAGE, head.seq - seq));
      const events = await database.view(workspaceId, read);
      const last = events.at(-1);
      if (!last) throw new Error(`the ledger ends at ${seq}, though its head is ${head.seq}`);
      yield events.map((event) => `${JSON.stringify(asExported(event, workspaceId))}\n`).join("");
      seq = last.seq;
    }
  }
  return new TextAnswer({
    contentType: "application/x-ndjson",
    name: "consent-ledger.ndjson",
    shown: false,
    parts: lines(),
    headers: { "parley-ledger-events": String(head.seq), "parley-ledger-head": head.hash },
  });
}
