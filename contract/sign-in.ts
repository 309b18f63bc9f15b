/** How people get in: the first set-up, one-time links, sessions, and the second factor. */
import { z } from "zod";
import { Member, ROLES, TimeZone } from "./accounts.ts";
import { idOf } from "./ids.ts";
import { nameUpTo } from "./names.ts";

export const Password = z
  .string()
  .min(12, "must have at least 12 characters")
  .max(128, "must have at most 128 characters");

/** The secret part of a one-time link. It stands in the fragment, which no browser sends to a server. */
const LinkToken = z.string().trim().min(1).max(200);

/** `POST /api/set-up`: the first account of an installation, by the link in its log. Answers 204 and a session. */
export const SetUp = z.strictObject({
  token: LinkToken,
  /** The business: also its first workspace's name, which notices to customers print. */
  business: nameUpTo(100),
  name: nameUpTo(100),
  email: z.email(),
  password: Password,
  timeZone: TimeZone,
});
export type SetUp = z.input<typeof SetUp>;

/** `POST /api/sign-in-links/look`: what a link is for, before it is used. */
export const LinkLook = z.strictObject({ token: LinkToken });
export const SignInLink = z.object({
  kind: z.enum(["invitation", "reset"]),
  /** Where one is invited to; null: the link only resets a sign-in. */
  workspace: z.object({ id: idOf("wsp"), name: z.string() }).nullable(),
  role: z.enum(ROLES).nullable(),
  madeBy: z.string().nullable(),
  email: z.string(),
  name: z.string(),
  expiresAt: z.iso.datetime(),
  /** Whether this person signs in here already: an invitation is then accepted in their own session. */
  known: z.boolean(),
  /** Who is signed in on the browser that asks. */
  signedInAs: z.string().nullable(),
});
export type SignInLink = z.infer<typeof SignInLink>;

/** `POST /api/sign-in-links/use`: answers 204 and a session. Whoever is known here already sends the token alone. */
export const LinkUse = z.strictObject({
  token: LinkToken,
  name: nameUpTo(100).optional(),
  password: Password.optional(),
});

export const Invitation = z.object({
  id: idOf("lnk"),
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  madeBy: z.string().nullable(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type Invitation = z.infer<typeof Invitation>;

export const NewInvitation = z.strictObject({ email: z.email(), name: nameUpTo(100), role: Member.shape.role });
/** The only answer that ever holds the link. */
export const CreatedInvitation = Invitation.extend({ url: z.url() });
export type CreatedInvitation = z.infer<typeof CreatedInvitation>;

export const ResetLink = z.object({ url: z.url(), expiresAt: z.iso.datetime() });
export type ResetLink = z.infer<typeof ResetLink>;

export const Session = z.object({
  id: z.string(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
  userAgent: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: z.iso.datetime(),
  /** To the day: it is noted once a day. */
  lastUsedAt: z.iso.datetime(),
});
export type Session = z.infer<typeof Session>;

/** How I sign in. */
export const Security = z.object({
  email: z.string(),
  /** Null: signs in without one (the demo's people). */
  passwordChangedAt: z.iso.datetime().nullable(),
  /** Whether a code is asked for after the password. */
  twoFactor: z.boolean(),
  recoveryCodesLeft: z.number().int(),
});
export type Security = z.infer<typeof Security>;

/** `POST /api/auth/sign-in/email`. */
export const Credentials = z.strictObject({ email: z.email(), password: z.string().min(1).max(128) });
/** Where a code is asked for, there is no session before it was given to `/api/auth/code` or `/api/auth/recovery-code`. */
export const SignedIn = z.object({ codeNeeded: z.boolean() });
export type SignedIn = z.infer<typeof SignedIn>;

/** Six digits of an authenticator app; spaces between them don't count. */
export const Code = z.strictObject({
  code: z
    .string()
    .transform((code) => code.replace(/\s/g, ""))
    .pipe(z.string().regex(/^\d{6}$/, "must be the six digits that the app shows")),
});
/** Letters and digits that can't be taken for one another (Crockford's base 32), read as people copy them. */
export const RecoveryCode = z.strictObject({
  code: z
    .string()
    .max(40)
    .transform((code) =>
      code
        .toLowerCase()
        .replace(/[^a-z0-9]/g, "")
        .replace(/o/g, "0")
        .replace(/[il]/g, "1")
        .replace(/^(.{5})(.{5})$/, "$1-$2"),
    )
    .pipe(z.string().regex(/^\w{5}-\w{5}$/, "must be one of your recovery codes, such as 7k2mp-x94ta")),
});
export const PasswordChange = z.strictObject({ currentPassword: z.string().min(1).max(128), newPassword: Password });
export const PasswordProof = z.strictObject({ password: z.string().min(1).max(128) });

export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;
/** A second factor that waits for its first code. `uri` is what an authenticator app scans (otpauth://totp/…). */
export const TwoFactorBegun = RecoveryCodes.extend({ uri: z.string() });
export type TwoFactorBegun = z.infer<typeof TwoFactorBegun>;
