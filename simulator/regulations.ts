import { createHash } from "node:crypto";
import { type Answer, type Call, idOf } from "./call.ts";
import { notFound } from "./errors.ts";
import type { NumberType } from "./model.ts";
import { listV1, NUMBERS_HOST } from "./paging.ts";
import type { EndUserType } from "./paper-model.ts";

/**
 * What a few countries ask for. Shaped as Twilio's answers are, and near to what it asks for there; its real regulations
 * change, and nobody should read the law here.
 */

export type Field = { name: string; label: string; description: string; choices: string[]; optional: boolean };
export type Accepted = { type: string; name: string; fields: Field[] };
export type Proof = { name: string; label: string; description: string; local: boolean; accepted: Accepted[] };
export type Regulation = {
  sid: string;
  friendlyName: string;
  country: string;
  numberType: NumberType;
  endUserType: EndUserType;
  endUser: { name: string; label: string; fields: Field[] };
  proofs: Proof[];
};

const field = (name: string, label: string, description = ""): Field => ({
  ...{ name, label, description, choices: [], optional: false },
});
const choice = (name: string, label: string, choices: string[]): Field => ({
  ...field(name, label, `Choose any one of the following values: [${choices.join(", ")}].`),
  choices,
});
const COMMENTS: Field = { ...field("comments", "Comments (Optional)", "This is an optional field."), optional: true };
const ADDRESS = field("address_sids", "Address sid(s)", "Address sid of the individual or business");
const PERSON = [field("first_name", "First Name"), field("last_name", "Last Name")];
const SUBASSIGNED = choice("is_subassigned", "Is this number being assigned to the end customer?", ["YES", "NO"]);
const BUSINESS_NAME = field("business_name", "Business Name");

const REPRESENTED = [
  BUSINESS_NAME,
  field("business_registration_number", "Business Registration Number"),
  ...PERSON.map((each) => ({ ...each, label: `Authorized Representative's ${each.label}` })),
];
const DECLARED = [
  ...REPRESENTED,
  field("business_website", "Business Website"),
  field("email", "Authorized Representative's Contact Email"),
  choice("business_identity", "Business Classification", ["DIRECT_CUSTOMER", "INDEPENDENT_SOFTWARE_VENDOR"]),
  SUBASSIGNED,
  COMMENTS,
];

const accepted = (type: string, name: string, fields: Field[]): Accepted => ({ type, name, fields });
const IDENTITY: Proof = {
  ...{ name: "identity_info", label: "Proof of Identity", local: false },
  description: "An identity document of the person, in colour and not expired.",
  accepted: [
    accepted("passport", "Passport", PERSON),
    accepted("government_issued_document", "Government-issued ID", [
      ...PERSON,
      field("document_number", "Document Number"),
    ]),
  ],
};
const address = (type: string, name: string, local: boolean): Proof => ({
  ...{ name: `${type}_info`, label: "Proof of Address", local },
  description: local
    ? "The physical location of the individual or business. Must be within the country; a PO Box is not acceptable."
    : "The physical location of the individual or business.",
  accepted: [accepted(type, name, [ADDRESS])],
});
const REGISTERED: Proof = {
  ...{ name: "business_name_info", label: "Business Name", local: false },
  description: "A document that shows the name of the business.",
  accepted: [
    accepted("commercial_registrar_excerpt", "Excerpt from the commercial register", [BUSINESS_NAME]),
    accepted("tax_document", "Tax document", [BUSINESS_NAME]),
  ],
};
const LIVED_IN: Proof = {
  ...{ name: "address_proof_info", label: "Address (Proof of Address)", local: true },
  description: "A document of the last three months that shows the address, which must be within the country.",
  accepted: [
    accepted("utility_bill", "Utility bill", [ADDRESS]),
    accepted("commercial_registrar_excerpt", "Excerpt from the commercial register showing the address", [ADDRESS]),
  ],
};

type Asked = [country: string, name: string, types: NumberType[], who: EndUserType, fields: Field[], proofs: Proof[]];
const ASKED: Asked[] = [
  [
    "GB",
    "United Kingdom",
    ["local", "mobile"],
    "business",
    DECLARED,
    [address("business_address", "Business address", false)],
  ],
  [
    "GB",
    "United Kingdom",
    ["local", "mobile"],
    "individual",
    [...PERSON, SUBASSIGNED],
    [IDENTITY, address("address", "Address Validation", false)],
  ],
  ["DE", "Germany", ["local", "mobile"], "business", REPRESENTED, [REGISTERED, LIVED_IN]],
  ["DE", "Germany", ["local"], "individual", PERSON, [IDENTITY, LIVED_IN]],
  ["AU", "Australia", ["mobile"], "business", REPRESENTED, [address("business_address", "Business address", true)]],
  ["AU", "Australia", ["mobile"], "individual", PERSON, [address("address", "Address Validation", true)]],
];

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const REGULATIONS: Regulation[] = ASKED.flatMap(([country, name, types, endUserType, fields, proofs]) =>
  types.map((numberType) => {
    const friendlyName = `${name}: ${capital(numberType)} - ${capital(endUserType)}`;
    const sid = `RN${createHash("sha256").update(friendlyName).digest("hex").slice(0, 32)}`;
    const endUser = { name: `${endUserType}_info`, label: capital(endUserType), fields };
    return { sid, friendlyName, country, numberType, endUserType, endUser, proofs };
  }),
);

export const regulationAt = (sid: string): Regulation | undefined => REGULATIONS.find((each) => each.sid === sid);

export const regulationFor = (country: string, numberType: string, endUserType: string): Regulation | undefined =>
  REGULATIONS.find(
    (each) =>
      each.country === country.toUpperCase() && each.numberType === numberType && each.endUserType === endUserType,
  );

/** Whether a number of this kind is sold with an approved bundle alone. */
export const isRegulated = (country: string, numberType: NumberType): boolean =>
  REGULATIONS.some((each) => each.country === country && each.numberType === numberType);

export function listRegulations(call: Call): Answer {
  const wanted = (name: string) => call.query.get(name);
  const found = REGULATIONS.filter(
    ({ country, numberType, endUserType }) =>
      (wanted("IsoCountry") ?? country).toUpperCase() === country &&
      (wanted("NumberType") ?? numberType) === numberType &&
      (wanted("EndUserType") ?? endUserType) === endUserType,
  );
  return listV1(call, "results", found, regulationJson, NUMBERS_HOST);
}

export function fetchRegulation(call: Call): Answer {
  const regulation = regulationAt(idOf(call, 0));
  if (regulation === undefined) throw notFound(call.path);
  return { status: 200, json: regulationJson(regulation) };
}

const BASE = `${NUMBERS_HOST}/v2/RegulatoryCompliance`;
const fieldsJson = (fields: Field[]) => ({
  fields: fields.map(({ name }) => name),
  detailed_fields: fields.map(({ name, label, description }) => ({
    ...{ machine_name: name, friendly_name: label, description },
  })),
});

function regulationJson(regulation: Regulation): Record<string, unknown> {
  const { sid, friendlyName, country, numberType, endUserType, endUser, proofs } = regulation;
  return {
    ...{ sid, friendly_name: friendlyName, iso_country: country, number_type: numberType, end_user_type: endUserType },
    requirements: {
      end_user: [
        {
          ...{ name: endUser.label, type: endUserType, requirement_name: endUser.name },
          url: `${BASE}/Regulations/${endUserType}`,
          ...fieldsJson(endUser.fields),
        },
      ],
      supporting_document: [
        proofs.map((proof) => ({
          ...{ name: proof.label, type: "document", requirement_name: proof.name, description: proof.description },
          accepted_documents: proof.accepted.map(({ type, name, fields }) => ({
            ...{ name, type, url: `${BASE}/DocumentTypes/${type}` },
            ...fieldsJson(fields),
          })),
        })),
      ],
    },
    url: `${BASE}/Regulations/${sid}`,
  };
}
