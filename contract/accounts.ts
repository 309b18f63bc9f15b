/** Accounts, workspaces, members and what each role may do (product section 13). */
import { z } from "zod";
import { idOf } from "./ids.ts";
import { nameUpTo } from "./names.ts";

export const ROLES = ["owner", "admin", "agent", "viewer"] as const;
export type Role = (typeof ROLES)[number];

export const PERMISSIONS = [
  "inbox.read",
  "contacts.read",
  "analytics.read",
  "inbox.reply",
  "inbox.assign",
  "contacts.write",
  "consent.record",
  "contacts.import",
  "contacts.export",
  "contacts.erase",
  "templates.write",
  "agents.write",
  "broadcasts.send",
  "consent.restore",
  "consent.export",
  "channels.connect",
  "channels.delete",
  "sms.manage",
  "providers.manage",
  "members.manage",
  "apikeys.manage",
  "settings.write",
  "audit.read",
  "account.delete",
  "account.transfer",
  "keys.rotate",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Who did something: stored with events, messages and consent. */
export const Actor = z.object({
  type: z.enum(["contact", "member", "agent", "system", "api", "provider"]),
  id: z.string().nullable(),
  name: z.string().nullable(),
});
export type Actor = z.infer<typeof Actor>;

/** Who did what Parley does by itself: nobody pressed anything, and no customer wrote. */
export const SYSTEM: Actor = { type: "system", id: null, name: null };

export const Workspace = z.object({
  id: idOf("wsp"),
  accountId: idOf("acc"),
  name: z.string(),
  timeZone: z.string(),
  consentScope: z.enum(["workspace", "sender"]),
  optedOutInbound: z.enum(["store", "drop"]),
  notices: z.object({
    stop: z.string().nullable(),
    start: z.string().nullable(),
    help: z.string().nullable(),
    contact: z.string().nullable(),
  }),
  keywords: z.object({ stop: z.array(z.string()), start: z.array(z.string()), help: z.array(z.string()) }),
  createdAt: z.iso.datetime(),
});
export type Workspace = z.infer<typeof Workspace>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const text = (max: number) => z.string().trim().min(1).max(max);
/** Words of a notice: filled in by `{brand}` and `{contact}` alone. What else looks like a token would leave as it stands. */
const notice = (max: number) =>
  text(max)
    .refine(
      (words) => !/\{\{|\$\{/.test(words),
      "has a token that nothing fills in: {brand} and {contact} are the ones that a notice knows",
    )
    .nullable();
export const TimeZone = z.string().refine(isTimeZone, "must be an IANA time zone, such as America/New_York");

export const WorkspacePatch = z
  .strictObject({
    name: nameUpTo(100),
    timeZone: TimeZone,
    consentScope: Workspace.shape.consentScope,
    optedOutInbound: Workspace.shape.optedOutInbound,
    notices: z
      .strictObject({
        stop: notice(320),
        start: notice(320),
        help: notice(320),
        contact: notice(200),
      })
      .partial(),
    keywords: z
      .strictObject({
        stop: z.array(text(40)).max(50),
        start: z.array(text(40)).max(50),
        help: z.array(text(40)).max(50),
      })
      .partial(),
  })
  .partial();

export const Member = z.object({
  id: idOf("mem"),
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  /** Whether a code is asked for after their password. */
  twoFactor: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type Member = z.infer<typeof Member>;

export const NewMember = z.strictObject({
  name: nameUpTo(100),
  email: z.email(),
  role: z.enum(ROLES),
  password: z.string().min(12).max(128),
});
export const MemberPatch = z.strictObject({ role: z.enum(ROLES) });

export const ApiKey = z.object({
  id: idOf("key"),
  name: z.string(),
  lastFour: z.string(),
  permissions: z.array(z.enum(PERMISSIONS)),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const NewApiKey = z.strictObject({ name: nameUpTo(100), permissions: z.array(z.enum(PERMISSIONS)).min(1) });
/** The only answer that ever holds the key itself. */
export const CreatedApiKey = ApiKey.extend({ secret: z.string() });

export const Me = z.object({
  actor: Actor,
  accountId: idOf("acc"),
  /** Whether this is the demo account, whose customers' phones are on the screen. */
  demo: z.boolean(),
  workspaceId: idOf("wsp"),
  role: z.enum(ROLES).nullable(),
  permissions: z.array(z.enum(PERMISSIONS)),
  workspaces: z.array(z.object({ id: idOf("wsp"), name: z.string(), role: z.enum(ROLES) })),
});
