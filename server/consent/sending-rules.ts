/** The workspace's own rules for what nobody asked for: quiet hours and caps. Without its own, the defaults. */
import type { z } from "zod";
import type { Actor } from "../../contract/accounts.ts";
import {
  DEFAULT_SENDING_RULES,
  type QuietLaw,
  SendingRules,
  type SendingRulesAndLaws,
  type SendingRulesPatch,
} from "../../contract/consent.ts";
import { audit, changesBetween } from "../accounts/accounts.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { LAWS } from "./quiet-hours/quiet-hours.ts";
import { findSendingRules, putSendingRules } from "./store.ts";

/** @throws ZodError what is stored can't be read: nothing may be sent by rules that nobody knows */
export async function sendingRulesOf(view: View): Promise<SendingRules> {
  const stored = await findSendingRules(view);
  return stored ? SendingRules.parse(stored) : DEFAULT_SENDING_RULES;
}

const laws: QuietLaw[] = LAWS.map(({ holidays, cap, note, ...rule }) => ({
  ...rule,
  holidays: holidays !== undefined,
  cap: cap ?? null,
  note: note ?? null,
}));

export const readSendingRules = async (view: View): Promise<SendingRulesAndLaws> => ({
  ...(await sendingRulesOf(view)),
  laws,
});

/** Changes some of the rules; a message that waits is judged by the rules of its own time. */
export async function changeSendingRules(
  tx: Tx,
  { quietHours = {}, caps = {} }: z.output<typeof SendingRulesPatch>,
  by: Actor,
): Promise<SendingRulesAndLaws> {
  const before = await sendingRulesOf(tx);
  const rules = SendingRules.parse({
    quietHours: { ...before.quietHours, ...given(quietHours) },
    caps: {
      automated: { ...before.caps.automated, ...given(caps.automated) },
      marketing: { ...before.caps.marketing, ...given(caps.marketing) },
    },
  });
  await putSendingRules(tx, rules);
  const changes = changesBetween(before, rules, ["quietHours", "caps"]);
  const thing = { id: tx.workspaceId, name: null };
  await audit(tx, { by, verb: "workspace.sending_rules_changed", thing, changes });
  await tx.emit({ type: "workspace.changed", data: { fields: ["sendingRules"] }, actor: by });
  return { ...rules, laws };
}

const given = (patch: object = {}) =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
