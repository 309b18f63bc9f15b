/** The preflight of a 10DLC registration points at what carriers commonly reject. */
import { expect, test } from "vitest";
import { SmsCompliance } from "./compliance.ts";
import { preflight } from "./preflight.ts";

const good = SmsCompliance.parse({
  brand: {
    entity: "Limited Liability Corporation",
    vertical: "RETAIL",
    displayName: "Kiln & Co.",
    companyName: "Kiln and Company LLC",
    registrationNumber: "12-3456789",
    brandType: "STANDARD",
    contactPhone: "+14155550142",
    contactEmail: "ana@kiln.example",
    website: "https://kiln.example",
    address: "1 Clay Street",
    country: "US",
    state: "CA",
    city: "San Francisco",
    zipCode: "94111",
  },
  campaign: {
    campaignDescription: "Answers to customers who ask about their orders and about our opening hours.",
    messageFlow: "Customers text the number on our website, beside our terms and our privacy policy.",
    privacyPolicyUrl: "https://kiln.example/privacy",
    useCaseType: "CUSTOMER_CARE",
    messageSamples: [
      "Kiln & Co.: your order [number] is ready. Reply STOP to opt out.",
      "Kiln & Co.: we are open today from ten to six.",
      "",
      "",
      "",
    ],
    optInKeywords: "START, JOIN",
    optInMessage: "Kiln & Co.: you get texts about your orders. Reply STOP to end them.",
    optOutKeywords: "STOP,QUIT",
    optOutMessage: "Kiln & Co.: you get no more texts from us.",
    helpKeywords: "HELP",
    helpMessage: "Kiln & Co.: write to ana@kiln.example for help.",
    embeddedLink: false,
    termsAndConditions: true,
  },
});

const pointsAt = (change: { brand?: object; campaign?: object }) =>
  preflight({
    brand: { ...good.brand, ...change.brand },
    campaign: { ...good.campaign, ...change.campaign },
  }).map(({ field }) => field);

const samples = (...texts: string[]) => ({
  messageSamples: [...texts, good.campaign.messageSamples[1] ?? "", "", "", ""].slice(0, 5),
});

test("finds nothing in a registration that is in order", () => {
  expect(preflight(good)).toEqual([]);
});

test("finds nothing in what is written as its own country writes it", () => {
  const british = { country: "United Kingdom", zipCode: "EC1A 1BB", registrationNumber: "SC123456" };
  expect(pointsAt({ brand: { ...british, contactPhone: "+44 20 7946 0018" } })).toEqual([]);
});

test("an empty one is pointed at everywhere", () => {
  const fields = preflight(SmsCompliance.parse({})).map(({ field }) => field);
  for (const field of Object.keys(good.brand)) expect(fields).toContain(`brand.${field}`);
  expect(fields).toEqual(
    expect.arrayContaining(["campaign.useCaseType", "campaign.messageFlow", "campaign.messageSamples.0"]),
  );
});

test.each([
  ["a website without https", { brand: { website: "http://kiln.example" } }, "brand.website"],
  ["a US tax number with too few digits", { brand: { registrationNumber: "12-34567" } }, "brand.registrationNumber"],
  ["a contact phone that is none", { brand: { contactPhone: "12" } }, "brand.contactPhone"],
  ["a postal code of signs", { brand: { zipCode: "!!", country: "" } }, "brand.zipCode"],
  ["a US postal code with too few digits", { brand: { zipCode: "9411" } }, "brand.zipCode"],
  [
    "a registration number in words, before there is a country",
    { brand: { registrationNumber: "banana", country: "" } },
    "brand.registrationNumber",
  ],
  ["a short description", { campaign: { campaignDescription: "Texts." } }, "campaign.campaignDescription"],
  ["an overlong flow", { campaign: { messageFlow: "x".repeat(2049) } }, "campaign.messageFlow"],
  ["no privacy policy", { campaign: { privacyPolicyUrl: "" } }, "campaign.privacyPolicyUrl"],
  [
    "only one sample",
    { campaign: { messageSamples: [good.campaign.messageSamples[0], "", "", "", ""] } },
    "campaign.messageSamples.1",
  ],
  ["no sample that says STOP", { campaign: samples("Kiln & Co.: your order is ready.") }, "campaign.messageSamples.0"],
  [
    "a sample without the business",
    { campaign: samples("Your order is ready. Reply STOP to opt out.") },
    "campaign.messageSamples.0",
  ],
  [
    "a shortened link",
    { campaign: { ...samples("Kiln & Co.: see https://bit.ly/3x. Reply STOP to end."), embeddedLink: true } },
    "campaign.messageSamples.0",
  ],
  [
    "a link that is not declared",
    { campaign: samples("Kiln & Co.: https://kiln.example/o. Reply STOP to end.") },
    "campaign.embeddedLink",
  ],
  ["a declared link that no sample has", { campaign: { embeddedLink: true } }, "campaign.embeddedLink"],
  [
    "a phone number that is not declared",
    { campaign: samples("Kiln & Co.: call +1 415 555 0142 or reply STOP.") },
    "campaign.embeddedPhone",
  ],
  [
    "forbidden content",
    { campaign: samples("Kiln & Co.: casino night! Reply STOP to opt out.") },
    "campaign.messageSamples.0",
  ],
  ["opt-out keywords without STOP", { campaign: { optOutKeywords: "END" } }, "campaign.optOutKeywords"],
  ["keywords of two words", { campaign: { helpKeywords: "HELP, HELP ME" } }, "campaign.helpKeywords"],
  ["opt-in keywords without an answer", { campaign: { optInMessage: "" } }, "campaign.optInMessage"],
  ["a help text that is too short", { campaign: { helpMessage: "Kiln & Co." } }, "campaign.helpMessage"],
  ["terms that nobody confirmed", { campaign: { termsAndConditions: false } }, "campaign.termsAndConditions"],
])("points at %s", (_what, change, field) => {
  expect(pointsAt(change)).toContain(field);
});
