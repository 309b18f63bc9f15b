/** The audit log: who changed what in how the business works, and when. */
import { z } from "zod";
import { Actor } from "./accounts.ts";
import { idOf } from "./ids.ts";
import { pagingById } from "./paging.ts";

/** What was done: what it was done to, then the deed. What stands before the dot is its area. */
export const AUDIT_VERBS = [
  ...(["account.set_up", "workspace.settings_changed", "workspace.sending_rules_changed"] as const),
  ...(["member.added", "member.invited", "member.invitation_withdrawn", "member.joined"] as const),
  ...(["member.role_changed", "member.reset_link_made", "member.removed"] as const),
  ...(["sign_in.password_changed", "sign_in.reset", "sign_in.two_factor_on", "sign_in.two_factor_off"] as const),
  ...(["sign_in.recovery_codes_renewed", "sign_in.session_ended", "sign_in.other_sessions_ended"] as const),
  ...(["api_key.created", "api_key.revoked"] as const),
  ...(["provider_account.connected", "provider_account.changed", "provider_account.disconnected"] as const),
  ...(["channel.connected", "channel.settings_changed", "channel.webhook_changed"] as const),
  ...(["channel.compliance_changed", "channel.health_changed", "channel.disconnected"] as const),
  ...(["voice.changed", "activation.started", "activation.connected", "activation.undone"] as const),
  ...(["activation.given_up", "activation.deactivated", "activation.released"] as const),
  ...(["sms_request.begun", "sms_request.filled_in", "sms_request.checked", "sms_request.submitted"] as const),
  ...(["sms_request.approved", "sms_request.rejected", "sms_request.withdrawn", "sms_request.removed"] as const),
  ...(["sms_request.erased"] as const),
  ...(["agent.created", "agent.changed", "agent.published", "agent.deleted"] as const),
  ...(["knowledge.created", "knowledge.changed", "knowledge.deleted", "model.added", "model.removed"] as const),
  ...(["quick_reply.created", "quick_reply.changed", "quick_reply.deleted"] as const),
  ...(["consent.restored", "consent.exported", "consent.evidence_taken"] as const),
  ...(["consent.opt_outs_exported", "consent.opt_outs_imported", "contact.erased", "audit.exported"] as const),
] as const;
export type AuditVerb = (typeof AUDIT_VERBS)[number];

type AreaOf<V extends string> = V extends `${infer Area}.${string}` ? Area : never;
export type AuditArea = AreaOf<AuditVerb>;
export const areaOf = (verb: AuditVerb): AuditArea => verb.slice(0, verb.indexOf(".")) as AuditArea;
export const AUDIT_AREAS: readonly AuditArea[] = [...new Set(AUDIT_VERBS.map(areaOf))];

/** What a field held; lists and all that is not a plain value come as texts. */
const Value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);
export type AuditValue = z.infer<typeof Value>;

export const AuditChange = z.object({
  /** As the API calls it; a field within another one after a dot. */
  field: z.string(),
  /** Null: what it held is secret, personal or told to carriers alone, and is kept nowhere in this log. */
  values: z.object({ before: Value, after: Value }).nullable(),
});
export type AuditChange = z.infer<typeof AuditChange>;

export const AuditEntry = z.object({
  id: idOf("aud"),
  at: z.iso.datetime(),
  verb: z.enum(AUDIT_VERBS),
  actor: Actor,
  /** What it was done to, and what that was called then. */
  thing: z.object({ id: z.string(), name: z.string().nullable() }),
  changes: z.array(AuditChange),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

const filters = {
  /** A member, an API key, or all of a kind, such as `system`. */
  actor: z.union([idOf("mem"), idOf("key"), Actor.shape.type]).optional(),
  /** One verb, or an area with all its verbs, such as `channel`. */
  verb: z.union([z.enum(AUDIT_VERBS), z.enum(AUDIT_AREAS)]).optional(),
  /** The id of what was changed. */
  thing: z
    .string()
    .regex(/^[a-z]{3}_[0-9a-f]{32}$/, "must be an id, such as that of a channel")
    .optional(),
  from: z.iso.datetime().optional(),
  /** Up to this moment, without it. */
  to: z.iso.datetime().optional(),
};
export const AuditQuery = z.strictObject({ ...filters, ...pagingById("aud") });
/** A link sends no headers: it names the workspace. */
export const AuditExportQuery = z.strictObject({ ...filters, workspace: idOf("wsp").optional() });
export type AuditFilter = Omit<z.infer<typeof AuditExportQuery>, "workspace">;
