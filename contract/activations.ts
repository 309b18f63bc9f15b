/** Numbers that Parley gets at the provider: bought in the business's own account, or in a subaccount opened for it. */
import { z } from "zod";
import { Environment, MonthlyPrice, StatusReason } from "./channels.ts";
import { idOf } from "./ids.ts";
import { nameUpTo } from "./names.ts";
import { Phone } from "./phone.ts";

/**
 * How far it is. `wanted` → `subaccount` → `number` → `webhooks` → `connected`; each says what is done already, and one that
 * is bought in the business's own account has no subaccount to open. What can't be had goes through `undoing` to `undone`:
 * nothing of it is left at the provider, unless somebody gave it up (`purchase_given_up`) or has connected its number elsewhere here. A deactivated one goes through `releasing` to `released`.
 */
export const ACTIVATION_STATES = [
  "wanted",
  "subaccount",
  "number",
  "webhooks",
  "connected",
  "undoing",
  "undone",
  "releasing",
  "released",
] as const;

export const Activation = z.object({
  id: idOf("act"),
  /** `managed`: in a subaccount that Parley opened; `bought`: in the business's own account. */
  kind: z.enum(["managed", "bought"]),
  state: z.enum(ACTIVATION_STATES),
  /** Of a managed one: where its number is, as two letters. */
  country: z.string().nullable(),
  /** The number that was chosen; it is the business's from the state `number` on. */
  phoneNumber: z.string().nullable(),
  friendlyName: z.string().nullable(),
  /** The provider account that holds the number; null until there is one. */
  providerAccountId: idOf("prv").nullable(),
  /** The channel, once it is connected. */
  channelId: idOf("chn").nullable(),
  /** What it waits for, or why it was undone; null where all is well. */
  problem: StatusReason.nullable(),
  createdAt: z.iso.datetime(),
  /** Since when nothing more will happen by itself; null: Parley is at it, also after a restart. */
  settledAt: z.iso.datetime().nullable(),
});
export type Activation = z.infer<typeof Activation>;

const FriendlyName = nameUpTo(64);

export const ActivationPriceQuery = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/, "must be a two-letter country code, such as US"),
  /** As in an activation. */
  providerAccountId: idOf("prv").optional(),
});
export type ActivationPriceQuery = z.infer<typeof ActivationPriceQuery>;
/** Left out where nobody knows. */
export const ActivationPrice = z.object({ monthlyPrice: MonthlyPrice.optional() });
export type ActivationPrice = z.infer<typeof ActivationPrice>;

/** Opens a subaccount and buys a number with voice and SMS in it. */
export const NewActivation = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/, "must be a two-letter country code, such as US"),
  areaCode: z
    .string()
    .regex(/^\d{3}$/, "must be three digits")
    .optional(),
  /** Under which of the business's accounts; left out, the installation's own account, or else its first. */
  providerAccountId: idOf("prv").optional(),
  friendlyName: FriendlyName.optional(),
  agentId: idOf("agt").optional(),
  environment: Environment.default("live"),
});
export type NewActivation = z.infer<typeof NewActivation>;

/** Buys one number in the business's own account and connects it. */
export const NewPurchase = z.strictObject({
  providerAccountId: idOf("prv"),
  /** As the search showed it. */
  phoneNumber: Phone,
  /** An approved request, where its country asks for papers: the number is bought with them. */
  smsRequestId: idOf("smr").optional(),
  friendlyName: FriendlyName.optional(),
  agentId: idOf("agt").optional(),
  environment: Environment.default("live"),
});
export type NewPurchase = z.infer<typeof NewPurchase>;

/** Giving a number back can't be undone: its digits are typed. */
export const Deactivation = z.strictObject({
  /** The digits of its number; left out only while none was chosen. */
  confirm: z.string().max(32).optional(),
});
