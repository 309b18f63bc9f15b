/** What the audit log says, in words: who, what they did, to what. */
import type { AuditArea, AuditEntry, AuditVerb } from "../../contract/audit.ts";

/** What stands after who did it; `*` is what it was done to. */
const DEEDS: Record<AuditVerb, string> = {
  "account.set_up": "set up *",
  "workspace.settings_changed": "changed the workspace’s settings",
  "workspace.sending_rules_changed": "changed the quiet hours and caps",
  "member.added": "added * as a member",
  "member.invited": "invited *",
  "member.invitation_withdrawn": "withdrew the invitation of *",
  "member.joined": "joined this workspace",
  "member.role_changed": "changed the role of *",
  "member.reset_link_made": "made a link by which * can sign in anew",
  "member.removed": "removed *",
  "sign_in.password_changed": "changed their password",
  "sign_in.reset": "signed in anew by a link, with a new password",
  "sign_in.two_factor_on": "turned on their second step",
  "sign_in.two_factor_off": "turned off their second step",
  "sign_in.recovery_codes_renewed": "made new recovery codes",
  "sign_in.session_ended": "signed out another browser of theirs",
  "sign_in.other_sessions_ended": "signed out everywhere else",
  "api_key.created": "made the API key *",
  "api_key.revoked": "revoked the API key *",
  "provider_account.connected": "added the Twilio account *",
  "provider_account.changed": "changed the Twilio account *",
  "provider_account.disconnected": "removed the Twilio account *, and its credentials were wiped",
  "channel.connected": "connected *",
  "channel.settings_changed": "changed the settings of *",
  "channel.webhook_changed": "changed who sets the webhook of *",
  "channel.compliance_changed": "changed what carriers are told about *",
  "channel.health_changed": "noticed a change in the health of *",
  "channel.disconnected": "disconnected *",
  "voice.changed": "changed how * answers calls",
  "activation.started": "began to get a number",
  "activation.connected": "got the number *",
  "activation.undone": "did not get the number: nothing of it is kept",
  "activation.deactivated": "deactivated *",
  "activation.released": "gave * back to Twilio",
  "sms_request.begun": "began a request for a number: *",
  "sms_request.filled_in": "filled in papers for a number: *",
  "sms_request.checked": "had Twilio check the papers for a number: *",
  "sms_request.submitted": "sent in the papers for a number: *",
  "sms_request.approved": "learned that the papers for a number are approved: *",
  "sms_request.rejected": "learned that the papers for a number are rejected: *",
  "sms_request.withdrawn": "withdrew the request for a number: *",
  "sms_request.removed": "deleted the request for a number: *",
  "sms_request.erased": "erased the papers for a number: *",
  "agent.created": "added the agent *",
  "agent.changed": "changed the agent *",
  "agent.published": "published the agent *",
  "agent.deleted": "removed the agent *",
  "knowledge.created": "added the knowledge base *",
  "knowledge.changed": "changed the knowledge base *",
  "knowledge.deleted": "removed the knowledge base *",
  "model.added": "added the language model *",
  "model.removed": "removed the language model *",
  "quick_reply.created": "added the quick reply *",
  "quick_reply.changed": "changed the quick reply *",
  "quick_reply.deleted": "deleted the quick reply *",
  "consent.restored": "restored the consent of a contact who had opted out",
  "consent.exported": "exported the consent ledger",
  "consent.evidence_taken": "took away the evidence of a contact’s consent",
  "consent.opt_outs_exported": "exported the list of opt-outs",
  "consent.opt_outs_imported": "imported a list of opt-outs",
  "contact.erased": "erased a contact",
  "audit.exported": "exported this log",
};

const AREAS: Record<AuditArea, string> = {
  account: "The account",
  workspace: "Workspace settings",
  member: "Members",
  sign_in: "Signing in",
  api_key: "API keys",
  provider_account: "Twilio accounts",
  channel: "Channels",
  voice: "Calls",
  activation: "Numbers from Parley",
  sms_request: "SMS requests",
  agent: "Agents",
  knowledge: "Knowledge",
  model: "Language models",
  quick_reply: "Quick replies",
  consent: "Consent",
  contact: "Contacts",
  audit: "This log",
};

/** Areas as choices of a filter, in the order of the alphabet. */
export const AREA_CHOICES = Object.entries(AREAS)
  .map(([value, label]) => ({ value, label }))
  .sort((one, other) => one.label.localeCompare(other.label));

export function sayActor({ type, name }: AuditEntry["actor"]): string {
  if (type === "api") return `API key ${name ?? "without a name"}`;
  if (type === "system") return "Parley";
  return name ?? "Somebody";
}

/** The deed around what it was done to: what stands before it, its name, what follows. A thing that is not named is all in the first. */
export function sayDeed({ verb, actor, thing }: AuditEntry): [before: string, thing: string | null, after: string] {
  if (verb === "member.removed" && actor.id === thing.id) return ["left this workspace", null, ""];
  const [before = "", after] = DEEDS[verb].split("*");
  return after === undefined ? [before, null, ""] : [before, thing.name ?? "one without a name", after];
}

/** A field's name as people read it: "keywordReplies" is "Keyword replies", a field within another stands after it. */
export const sayField = (field: string): string =>
  field
    .split(".")
    .map((part) => part.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase())
    .map((part, depth) => (depth === 0 ? part.charAt(0).toUpperCase() + part.slice(1) : part))
    .join(" › ")
    .replace(/\bmps\b/i, "Segments a second")
    .replace(/\bid\b/g, "")
    .trim();
