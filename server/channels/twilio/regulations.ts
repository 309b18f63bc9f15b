/** What Twilio's regulations ask for, and what an evaluation finds missing: its free-form JSON, read. */
import { z } from "zod";
import type { AskedDocument, AskedField, EndUserType } from "../../../contract/sms-requests.ts";
import type { Regulation, Unmet } from "../paperwork.ts";

/** The key that the addresses of a document are given under. */
export const ADDRESSES = "address_sids";

const texts = z.array(z.string()).nullish();
const Field = z.looseObject({
  machine_name: z.string(),
  friendly_name: z.string().nullish(),
  description: z.string().nullish(),
});
const Fields = z.looseObject({ fields: texts, detailed_fields: z.array(Field).nullish() });
const Accepted = Fields.extend({ type: z.string(), name: z.string().nullish() });
const Needed = z.looseObject({
  name: z.string().nullish(),
  requirement_name: z.string().nullish(),
  description: z.string().nullish(),
  accepted_documents: z.array(Accepted),
});
const Asked = z.looseObject({
  end_user: z.array(Fields).nullish(),
  supporting_document: z.array(z.array(Needed)).nullish(),
});

const isNumberType = (text: string): text is Regulation["numberType"] =>
  ["local", "mobile", "toll-free", "national"].includes(text);
const isEndUserType = (text: string): text is EndUserType => text === "individual" || text === "business";

interface Given {
  sid: string;
  friendlyName: string;
  isoCountry: string;
  numberType: string;
  endUserType: string;
  requirements: unknown;
}

/** Null for a type of number that nobody here can have, such as `mobile-local`. @throws where it has no shape that we know */
export function readRegulation({ sid, friendlyName, isoCountry, ...given }: Given): Regulation | null {
  const { numberType, endUserType } = given;
  if (!isNumberType(numberType) || !isEndUserType(endUserType)) return null;
  const asked = Asked.parse(given.requirements);
  return {
    ...{ regulationSid: sid, friendlyName, country: isoCountry.toUpperCase(), numberType, endUserType },
    endUser: (asked.end_user ?? []).flatMap(fieldsIn),
    documents: (asked.supporting_document ?? []).flat().map((each) => ({
      name: each.requirement_name ?? "",
      label: each.name ?? "",
      description: each.description || null,
      anyOf: each.accepted_documents.map(readAccepted),
    })),
  };
}

function readAccepted(each: z.infer<typeof Accepted>): AskedDocument["anyOf"][number] {
  const fields = fieldsIn(each);
  return {
    ...{ type: each.type, label: each.name ?? each.type },
    fields: fields.filter(({ name }) => name !== ADDRESSES),
    address: fields.some(({ name }) => name === ADDRESSES),
    // An address is a document of its own (`address`, `business_address`), with nothing to be seen on paper.
    file: !/(^|_)address$/.test(each.type),
  };
}

/** Every field that is named, in Twilio's order; some are named without their details. */
function fieldsIn({ fields, detailed_fields }: z.infer<typeof Fields>): AskedField[] {
  const details = new Map((detailed_fields ?? []).map((each) => [each.machine_name, each]));
  const names = new Set([...(fields ?? []), ...details.keys()]);
  return [...names].map((name) => {
    const label = details.get(name)?.friendly_name || name;
    const description = details.get(name)?.description || null;
    return {
      name,
      label,
      description,
      choices: choicesIn(description),
      optional: isOptional(name, label, description),
    };
  });
}

/** Twilio has what may be chosen in its prose alone: "… one of the following values: [YES, NO]". */
function choicesIn(description: string | null): string[] {
  const list = /values\s*:\s*\[([^\]]+)\]/i.exec(description ?? "")?.[1] ?? "";
  const choices = list.split(",").map((each) => each.trim());
  return choices.length > 1 ? choices.filter((each) => each !== "") : [];
}

/** Likewise; an evaluation has the last word. */
const isOptional = (name: string, label: string, description: string | null): boolean =>
  name === "comments" || /\boptional\b/i.test(`${label} ${description ?? ""}`);

const Invalid = z.looseObject({
  object_field: z.string().nullish(),
  friendly_name: z.string().nullish(),
  failure_reason: z.string().nullish(),
});
const Results = z.array(
  z.looseObject({
    passed: z.boolean(),
    requirement_name: z.string().nullish(),
    requirement_friendly_name: z.string().nullish(),
    friendly_name: z.string().nullish(),
    failure_reason: z.string().nullish(),
    invalid: z.array(Invalid).nullish(),
  }),
);

/** @throws where it has no shape that we know */
export function readEvaluation({ status, results }: { status: string; results: unknown }): Unmet[] {
  if (status === "compliant") return [];
  const unmet = Results.parse(results ?? [])
    .filter(({ passed }) => !passed)
    .map((each) => ({
      requirement: each.requirement_name ?? "",
      label: each.requirement_friendly_name || each.friendly_name || "",
      reason: each.failure_reason ?? "",
      fields: (each.invalid ?? []).map((field) => ({
        name: field.object_field ?? "",
        label: field.friendly_name || field.object_field || "",
        reason: field.failure_reason ?? "",
      })),
    }));
  return unmet.length > 0 ? unmet : [{ requirement: "", label: "", reason: "Twilio gives no reason.", fields: [] }];
}
