/** What US carriers ask of a business that texts from ordinary numbers (10DLC): who it is (brand), what it sends (campaign). */
import { z } from "zod";

/** Kept as it was typed, to the last space. PostgreSQL's jsonb holds no NUL. */
const Words = z
  .string()
  .max(4096)
  .refine((text) => !text.includes("\0"), "can't hold the character NUL")
  .default("");

export const SAMPLES = 5;

export const Brand = z.strictObject({
  entity: Words,
  vertical: Words,
  displayName: Words,
  companyName: Words,
  registrationNumber: Words,
  brandType: Words,
  contactPhone: Words,
  contactEmail: Words,
  website: Words,
  address: Words,
  country: Words,
  state: Words,
  city: Words,
  zipCode: Words,
});
export type Brand = z.infer<typeof Brand>;

export const Campaign = z.strictObject({
  campaignDescription: Words,
  messageFlow: Words,
  privacyPolicyUrl: Words,
  useCaseType: Words,
  messageSamples: z
    .array(Words)
    .length(SAMPLES, `must hold ${SAMPLES} texts, of which some may be empty`)
    .default(() => Array.from({ length: SAMPLES }, () => "")),
  optInKeywords: Words,
  optInMessage: Words,
  optOutKeywords: Words,
  optOutMessage: Words,
  helpKeywords: Words,
  helpMessage: Words,
  numberPooling: z.boolean().default(false),
  directLending: z.boolean().default(false),
  embeddedLink: z.boolean().default(false),
  embeddedPhone: z.boolean().default(false),
  ageGatedContent: z.boolean().default(false),
  termsAndConditions: z.boolean().default(false),
});
export type Campaign = z.infer<typeof Campaign>;

/** A draft may be as unfinished as it likes; only its shape is checked. */
export const SmsCompliance = z.strictObject({
  brand: Brand.prefault({}),
  campaign: Campaign.prefault({}),
});
export type SmsCompliance = z.infer<typeof SmsCompliance>;
