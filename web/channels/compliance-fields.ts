/** The fields that carriers ask for, in the order of the form. */
import type { Brand, Campaign, SmsCompliance } from "../../contract/compliance.ts";

type Texts<T> = { [K in keyof T]: T[K] extends string ? K : never }[keyof T];
type Flags<T> = { [K in keyof T]: T[K] extends boolean ? K : never }[keyof T];
export type BrandText = Texts<Brand>;
export type CampaignText = Texts<Campaign>;
export type CampaignFlag = Flags<Campaign>;

interface Look {
  label: string;
  help?: string;
  long?: boolean;
  choices?: readonly string[];
}
interface Section<F> {
  name: string;
  title: string;
  fields: ReadonlyArray<Look & { field: F }>;
}

const words = (text: string): string[] => text.split("|");

const VERTICALS = words(
  "AGRICULTURE|AUTOMOTIVE|BANKING|CONSTRUCTION|CONSUMER|EDUCATION|ELECTRONICS|ENERGY|ENGINEERING|FINANCIAL|FOOD_AND_BEVERAGE|GOVERNMENT|HEALTHCARE|HOSPITALITY|INSURANCE|JEWELRY|LEGAL|MANUFACTURING|MEDIA|NOT_FOR_PROFIT|ONLINE|PROFESSIONAL_SERVICES|REAL_ESTATE|RELIGION|RETAIL|TECHNOLOGY|TELECOMMUNICATIONS|TRANSPORTATION|TRAVEL",
);
const USE_CASES = words(
  "2FA|ACCOUNT_NOTIFICATION|CUSTOMER_CARE|DELIVERY_NOTIFICATION|FRAUD_ALERT|HIGHER_EDUCATION|LOW_VOLUME|MARKETING|MIXED|POLLING_VOTING|PUBLIC_SERVICE_ANNOUNCEMENT|SECURITY_ALERT|SOLE_PROPRIETOR",
);
const ENTITIES = words(
  "Co-operative|Corporation|Limited Liability Corporation|Non-profit Corporation|Partnership|Sole proprietor",
);

export const BRAND: ReadonlyArray<Section<BrandText>> = [
  {
    name: "business",
    title: "Business",
    fields: [
      { field: "entity", label: "Kind of business", choices: ENTITIES },
      { field: "vertical", label: "Industry", choices: VERTICALS },
      { field: "displayName", label: "Name customers know" },
      { field: "companyName", label: "Legal name", help: "Letter for letter as on your tax papers." },
      { field: "registrationNumber", label: "Registration number", help: "In the US the EIN, such as 12-3456789." },
      { field: "brandType", label: "Type of brand", choices: ["STANDARD", "LOW_VOLUME", "SOLE_PROPRIETOR"] },
    ],
  },
  {
    name: "contact",
    title: "Contact",
    fields: [
      { field: "contactPhone", label: "Contact phone" },
      { field: "contactEmail", label: "Contact email" },
      { field: "website", label: "Website", help: "Its full address, beginning with https://." },
    ],
  },
  {
    name: "address",
    title: "Address",
    fields: [
      { field: "address", label: "Street address" },
      { field: "city", label: "City" },
      { field: "state", label: "State or region" },
      { field: "zipCode", label: "Postal code" },
      { field: "country", label: "Country" },
    ],
  },
];

const KEYWORDS = "Single words, with commas between them.";

export const CAMPAIGN: ReadonlyArray<Section<CampaignText>> = [
  {
    name: "purpose",
    title: "What you send",
    fields: [
      { field: "useCaseType", label: "Use case", choices: USE_CASES },
      {
        field: "campaignDescription",
        label: "Description",
        long: true,
        help: "Who texts whom, and why: 40 characters at least.",
      },
      {
        field: "messageFlow",
        label: "How people agree to get texts",
        long: true,
        help: "Every way, with the address of the page where they do: 40 characters at least.",
      },
      { field: "privacyPolicyUrl", label: "Privacy policy", help: "Its full address, beginning with https://." },
    ],
  },
  {
    name: "opt-in",
    title: "Opting in",
    fields: [
      { field: "optInKeywords", label: "Opt-in keywords", help: KEYWORDS },
      { field: "optInMessage", label: "Opt-in message", long: true },
    ],
  },
  {
    name: "opt-out",
    title: "Opting out",
    fields: [
      { field: "optOutKeywords", label: "Opt-out keywords", help: KEYWORDS },
      { field: "optOutMessage", label: "Opt-out message", long: true },
    ],
  },
  {
    name: "help",
    title: "Help",
    fields: [
      { field: "helpKeywords", label: "Help keywords", help: KEYWORDS },
      { field: "helpMessage", label: "Help message", long: true },
    ],
  },
];

export const FLAGS: ReadonlyArray<readonly [field: CampaignFlag, label: string]> = [
  ["numberPooling", "More than fifty numbers send for this campaign"],
  ["directLending", "The texts are about loans or lending"],
  ["embeddedLink", "Texts hold links"],
  ["embeddedPhone", "Texts hold phone numbers"],
  ["ageGatedContent", "Texts are for adults only"],
  ["termsAndConditions", "We follow the carriers’ terms for this campaign"],
];

const hasWords = (text: string): boolean => text.trim() !== "";

/** Which sections are filled, by name. */
export function filledSections({ brand, campaign }: SmsCompliance): ReadonlySet<string> {
  const filled = [
    ...BRAND.filter((section) => section.fields.every(({ field }) => hasWords(brand[field]))),
    ...CAMPAIGN.filter((section) => section.fields.every(({ field }) => hasWords(campaign[field]))),
  ].map(({ name }) => name);
  if (campaign.messageSamples.filter(hasWords).length >= 2) filled.push("samples");
  if (campaign.termsAndConditions) filled.push("content");
  return new Set(filled);
}

/** The section in which a field stands. */
export function sectionOf(path: string): string {
  const [, field = ""] = path.split(".");
  if (field === "messageSamples") return "samples";
  const found = [...BRAND, ...CAMPAIGN].find(({ fields }) => fields.some((each) => each.field === field));
  return found?.name ?? "content";
}
