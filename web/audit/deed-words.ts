/** What the audit log says, in words: who, what they did, to what. */
import type { AuditArea, AuditEntry, AuditVerb } from "../../contract/audit.ts";
import { sayCountry } from "../channels/countries.ts";

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
  "activation.started": "began to get the number *",
  "activation.connected": "got the number *",
  "activation.undone": "did not get the number *",
  "activation.given_up": "gave up buying *",
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

/** What was done where there is no name to say it with. */
const UNNAMED: Partial<Record<AuditVerb, string>> = {
  "activation.started": "began to get a number",
  "activation.undone": "did not get a number",
  "activation.deactivated": "deactivated a number that was on its way",
  "activation.released": "gave a number back to Twilio",
};

/** What a purchase that was given up may cost, by whether Twilio had sold the number. */
const GIVEN_UP: Readonly<Record<string, string>> = {
  yes: "gave up buying *: Twilio has sold it, and it stays in the account there and is billed",
  maybe: "gave up buying *: it may stand in the account at Twilio and be billed",
  no: "gave up buying *, which Twilio had not sold",
};

/** Publishing moves environments to versions; back to an earlier one, or to what is saved, is no publishing. */
function sayPublishing(changes: AuditEntry["changes"]): string {
  const moves = changes.flatMap(({ values }) => values ?? []);
  if (moves.length > 0 && moves.every(({ after }) => after === null)) return "had the agent * follow what is saved";
  const back = moves.filter(({ before, after }) => before !== null && Number(after) < Number(before));
  const versions = new Set(moves.map(({ after }) => after));
  const [version] = versions;
  const which = versions.size === 1 && version !== null ? `version ${version}` : null;
  if (back.length === 0) return which ? `published ${which} of the agent *` : DEEDS["agent.published"];
  if (back.length < moves.length) return "had another version of the agent * answer";
  return which ? `rolled the agent * back to ${which}` : "rolled the agent * back";
}

/** A number on its way to a channel goes by the channel's name, where it has one. */
function wordsOf(entry: AuditEntry): string {
  const words = plainWordsOf(entry);
  const isNamed = entry.verb.startsWith("activation.") && !/^\+/.test(entry.thing.name ?? "+");
  return isNamed ? words.replace(/(the number )?\*/, "the number for *") : words;
}

/** The switch alone is turned: no settings, but on or off. */
function saySettings(changes: AuditEntry["changes"]): string {
  const [first, ...more] = changes;
  const isSwitch = first?.field === "active" && more.length === 0 && typeof first.values?.after === "boolean";
  if (!isSwitch) return DEEDS["channel.settings_changed"];
  return `switched * ${first.values?.after ? "on" : "off"}`;
}

function plainWordsOf({ verb, thing, changes }: AuditEntry): string {
  if (verb === "agent.published") return sayPublishing(changes);
  if (verb === "channel.settings_changed") return saySettings(changes);
  if (thing.name === null) return UNNAMED[verb] ?? DEEDS[verb];
  if (verb !== "activation.given_up") return DEEDS[verb];
  const sold = changes.find(({ field }) => field === "sold")?.values?.after;
  return GIVEN_UP[String(sold)] ?? DEEDS[verb];
}

/** What a thing is called; a request for a number goes by its country and kind: "Germany, local". */
export const sayThing = ({ verb, thing: { name } }: Pick<AuditEntry, "verb" | "thing">): string => {
  const [, country, kind] = (verb.startsWith("sms_request.") && name?.match(/^([A-Z]{2})(, .+)$/)) || [];
  return country ? `${sayCountry(country)}${kind}` : (name ?? "one without a name");
};

/** The deed around what it was done to: what stands before it, its name, what follows. A thing that is not named is all in the first. */
export function sayDeed(entry: AuditEntry): [before: string, thing: string | null, after: string] {
  const { verb, actor, thing } = entry;
  if (verb === "member.removed" && actor.id === thing.id) return ["left this workspace", null, ""];
  const [before = "", after] = wordsOf(entry).split("*");
  return after === undefined ? [before, null, ""] : [before, sayThing(entry), after];
}
