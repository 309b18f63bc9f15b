/** What concerns how somebody signs in: written down in every business that they work in, because they sign in to all of them. */
import type { Actor } from "../../../contract/accounts.ts";
import type { AuditVerb } from "../../../contract/audit.ts";
import type { Ground } from "../../platform/db/handles.ts";
import { auditAccount } from "../audit/audit.ts";
import { membershipsOf } from "../store.ts";

/** @param by who did it; left out: they themselves */
export async function auditPerson(ground: Ground, userId: string, verb: AuditVerb, by?: Actor): Promise<void> {
  const members = new Map((await membershipsOf(ground, userId)).map((each) => [each.accountId, each]));
  for (const { accountId, memberId: id, name } of members.values())
    await auditAccount(ground, accountId, { by: by ?? { type: "member", id, name }, verb, thing: { id, name } });
}
