/** What the forms begin with. Written out, so that the page does not carry the schema that the server reads them by. */
import type { Brand, Campaign, SmsCompliance } from "../../contract/compliance.ts";

const BRAND: Brand = {
  entity: "",
  vertical: "",
  displayName: "",
  companyName: "",
  registrationNumber: "",
  brandType: "",
  contactPhone: "",
  contactEmail: "",
  website: "",
  address: "",
  country: "",
  state: "",
  city: "",
  zipCode: "",
};
const CAMPAIGN: Campaign = {
  campaignDescription: "",
  messageFlow: "",
  privacyPolicyUrl: "",
  useCaseType: "",
  messageSamples: ["", "", "", "", ""],
  optInKeywords: "",
  optInMessage: "",
  optOutKeywords: "",
  optOutMessage: "",
  helpKeywords: "",
  helpMessage: "",
  numberPooling: false,
  directLending: false,
  embeddedLink: false,
  embeddedPhone: false,
  ageGatedContent: false,
  termsAndConditions: false,
};
export const EMPTY_COMPLIANCE: SmsCompliance = { brand: BRAND, campaign: CAMPAIGN };

/** A draft that this browser kept, maybe for an older page: what it lacks is empty. */
export const completed = (kept: Partial<SmsCompliance>): SmsCompliance => ({
  brand: { ...BRAND, ...kept.brand },
  campaign: { ...CAMPAIGN, ...kept.campaign },
});
