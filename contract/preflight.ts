/**
 * What carriers commonly reject in a 10DLC registration, found before anything is submitted. Limits are those of Twilio's
 * API for brands and campaigns (error codes 21727, 21728), the rest are its published reasons of rejection (30880 to 30909).
 * It points, it forbids nothing, and it never means that a carrier will approve.
 */

import type { Brand, Campaign, SmsCompliance } from "./compliance.ts";
import { readPhone } from "./phone-number.ts";

export interface Finding {
  /** As in the data: "brand.website", "campaign.messageSamples.0". */
  field: string;
  message: string;
}

const SHORTENER = /\b(bit\.ly|tinyurl\.com|goo\.gl|t\.co|ow\.ly|is\.gd|buff\.ly|rebrand\.ly|cutt\.ly|shorturl\.at)\b/i;
const LINK = /https?:\/\/|\bwww\.|\b[a-z0-9-]+\.(com|net|org|io|co|us|app|shop)\b/i;
const PHONE = /(\+?\d[\s().-]*){10,}/;
const SHAFT = /\b(cannabis|marijuana|cbd|kratom|casino|gambling|escort|porn|firearms?|ammunition|vap(e|es|ing))\b/i;
const KEYWORDS = /^[a-z0-9]+$/i;

const blank = (text: string): boolean => text.trim() === "";
const isWebAddress = (text: string): boolean => /^https:\/\/[^\s/]+\.[^\s]+$/.test(text.trim());

const NEEDED: ReadonlyArray<readonly [field: keyof Brand, name: string]> = [
  ["entity", "what kind of business it is"],
  ["vertical", "its industry"],
  ["displayName", "the name customers know"],
  ["companyName", "its legal name"],
  ["registrationNumber", "its registration number"],
  ["brandType", "the type of brand"],
  ["contactPhone", "a phone number for questions"],
  ["contactEmail", "an email address for questions"],
  ["address", "its street address"],
  ["country", "its country"],
  ["state", "its state or region"],
  ["city", "its city"],
  ["zipCode", "its postal code"],
];

function ofBrand(brand: Brand): Finding[] {
  const found: Finding[] = NEEDED.filter(([field]) => blank(brand[field])).map(([field, name]) => ({
    field: `brand.${field}`,
    message: `Enter ${name}.`,
  }));
  const add = (field: keyof Brand, message: string) => found.push({ field: `brand.${field}`, message });
  if (!isWebAddress(brand.website)) add("website", "Enter the website’s full address, beginning with https://.");
  if (!blank(brand.contactEmail) && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(brand.contactEmail.trim()))
    add("contactEmail", "This is not an email address.");
  const american = /^(us|usa|united states)( of america)?$/i.test(brand.country.trim());
  if (!blank(brand.contactPhone) && readPhone(brand.contactPhone) === null)
    add("contactPhone", "This is not a phone number with its country code, such as +14155550101.");
  if (american && !blank(brand.zipCode) && !/^\d{5}(-\d{4})?$/.test(brand.zipCode.trim()))
    add("zipCode", "A US postal code has five digits, as in 94111.");
  else if (!blank(brand.zipCode) && !/^[a-z0-9][a-z0-9 -]{1,11}$/i.test(brand.zipCode.trim()))
    add("zipCode", "This is not a postal code.");
  if (!american && !blank(brand.registrationNumber) && !/\d/.test(brand.registrationNumber))
    add("registrationNumber", "A registration number has digits; in the US (EIN) nine, as in 12-3456789.");
  if (american && !blank(brand.registrationNumber) && !/^\d{2}-?\d{7}$/.test(brand.registrationNumber.trim()))
    add("registrationNumber", "A US tax number (EIN) has nine digits, as in 12-3456789.");
  return found;
}

/** The texts that customers read, which must name the business. */
function ofMessages(campaign: Campaign, name: string): Finding[] {
  const found: Finding[] = [];
  const check = (field: string, text: string, least: number, most: number) => {
    const add = (message: string) => found.push({ field: `campaign.${field}`, message });
    if (text.length < least || text.length > most) add(`Write ${least} to ${most} characters; it has ${text.length}.`);
    if (!blank(name) && !text.toLowerCase().includes(name.trim().toLowerCase()))
      add(`Name the business (“${name.trim()}”) in it.`);
    if (SHORTENER.test(text)) add("Carriers block public link shorteners. Use a link of your own domain.");
    if (SHAFT.test(text)) add("Carriers refuse sex, hate, alcohol, firearms, tobacco and gambling. Reword it.");
  };
  const samples = campaign.messageSamples;
  for (const [n, sample] of samples.entries()) if (!blank(sample)) check(`messageSamples.${n}`, sample, 20, 1024);
  const written = samples.filter((each) => !blank(each));
  const add = (field: string, message: string) => found.push({ field: `campaign.${field}`, message });
  if (written.length < 2) add(`messageSamples.${Math.max(0, samples.findIndex(blank))}`, "Give at least two samples.");
  if (written.length > 0 && !written.some((each) => /\bstop\b/i.test(each)))
    add("messageSamples.0", "Say in one sample how to opt out, such as “Reply STOP to opt out”.");
  const links = written.some((each) => LINK.test(each));
  if (links !== campaign.embeddedLink && written.length > 0)
    add("embeddedLink", links ? "A sample has a link: tick this." : "No sample has a link: add one, or untick this.");
  const phones = written.some((each) => PHONE.test(each));
  if (phones !== campaign.embeddedPhone && written.length > 0)
    add(
      "embeddedPhone",
      phones ? "A sample has a phone number: tick this." : "No sample has one: add it, or untick this.",
    );
  if (!blank(campaign.optInKeywords)) check("optInMessage", campaign.optInMessage, 20, 320);
  check("optOutMessage", campaign.optOutMessage, 20, 320);
  check("helpMessage", campaign.helpMessage, 20, 320);
  return found;
}

function ofCampaign(campaign: Campaign): Finding[] {
  const found: Finding[] = [];
  const add = (field: keyof Campaign, message: string) => found.push({ field: `campaign.${field}`, message });
  const length = (field: "campaignDescription" | "messageFlow", most: number) => {
    const { length } = campaign[field];
    if (length < 40 || length > most) add(field, `Write 40 to ${most} characters; it has ${length}.`);
  };
  if (blank(campaign.useCaseType)) add("useCaseType", "Choose what the texts are for.");
  length("campaignDescription", 4096);
  length("messageFlow", 2048);
  if (!isWebAddress(campaign.privacyPolicyUrl))
    add("privacyPolicyUrl", "Enter the full address of your privacy policy, beginning with https://.");
  for (const [field, wanted] of [
    ["optInKeywords", null],
    ["optOutKeywords", "STOP"],
    ["helpKeywords", "HELP"],
  ] as const) {
    const words = campaign[field].split(",").map((each) => each.trim());
    const given = words.filter((each) => each !== "");
    if (given.some((each) => !KEYWORDS.test(each)))
      add(field, "Keywords are single words of letters and digits, with commas between them.");
    if (campaign[field].length > 255) add(field, `At most 255 characters; it has ${campaign[field].length}.`);
    if (wanted && !given.some((each) => each.toUpperCase() === wanted)) add(field, `Have ${wanted} among them.`);
  }
  if (!campaign.termsAndConditions) add("termsAndConditions", "Confirm that you follow the carriers’ terms.");
  return found;
}

/** Everything that is worth another look, in the order of the form. */
export const preflight = ({ brand, campaign }: SmsCompliance): Finding[] => [
  ...ofBrand(brand),
  ...ofCampaign(campaign),
  ...ofMessages(campaign, brand.displayName),
];
