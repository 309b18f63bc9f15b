/** What Twilio's regulations and evaluations say, in the words of the port. */
import { describe, expect, test } from "vitest";
import { readEvaluation, readRegulation } from "./regulations.ts";
import { stuckBy } from "./stuck.ts";

const regulation = (requirements: unknown, numberType = "local") => ({
  ...{ sid: "RN1", friendlyName: "Ireland: Local - Business", isoCountry: "ie" },
  ...{ numberType, endUserType: "business", requirements },
});
const detail = (machine_name: string, friendly_name: string, description = "") => ({
  ...{ machine_name, friendly_name, description },
});
const business = {
  ...{ name: "Business", type: "business", requirement_name: "business_info" },
  fields: ["business_name", "is_subassigned", "comments", "vat_number"],
  detailed_fields: [
    detail("business_name", "Business Name"),
    detail("is_subassigned", "Assigned to the end customer?", "Choose any one of the following values : [YES, NO]."),
    detail("comments", "Comments (Optional)", "This is an optional field."),
  ],
};
const proof = (...accepted_documents: object[]) => ({
  ...{ name: "Proof of Address", type: "document", requirement_name: "address_info", description: "" },
  accepted_documents,
});

describe("a regulation", () => {
  test("says what the end user fills in, in Twilio's order and words", () => {
    const read = readRegulation(regulation({ end_user: [business], supporting_document: [] }));
    expect(read).toMatchObject({ country: "IE", numberType: "local", endUserType: "business", documents: [] });
    const plain = { description: null, choices: [], optional: false };
    expect(read?.endUser).toEqual([
      { name: "business_name", label: "Business Name", ...plain },
      {
        ...{ name: "is_subassigned", label: "Assigned to the end customer?", choices: ["YES", "NO"], optional: false },
        description: "Choose any one of the following values : [YES, NO].",
      },
      {
        ...{ name: "comments", label: "Comments (Optional)", choices: [], optional: true },
        description: "This is an optional field.",
      },
      { name: "vat_number", label: "vat_number", ...plain },
    ]);
  });

  test("needs each document of each of its lists, of any kind that is accepted", () => {
    const address = { name: "Business address", type: "business_address", fields: ["address_sids"] };
    const bill = { name: "Utility bill", type: "utility_bill", fields: ["address_sids", "issue_date"] };
    const passport = { name: "Passport", type: "passport", fields: ["first_name"] };
    const read = readRegulation(regulation({ supporting_document: [[proof(address, bill)], [proof(passport)]] }));
    expect(read?.endUser).toEqual([]);
    expect(read?.documents).toMatchObject([
      {
        ...{ name: "address_info", label: "Proof of Address", description: null },
        anyOf: [
          { type: "business_address", address: true, file: false, fields: [] },
          { type: "utility_bill", address: true, file: true, fields: [{ name: "issue_date" }] },
        ],
      },
      { anyOf: [{ type: "passport", address: false, file: true, fields: [{ name: "first_name" }] }] },
    ]);
  });

  test("of a type of number that nobody here can have is passed over", () => {
    expect(readRegulation(regulation({ end_user: [business] }, "mobile-local"))).toBeNull();
  });

  test("of no shape that we know is not read as one that asks for nothing", async () => {
    const strange = async () => readRegulation(regulation({ supporting_document: [{ name: "Proof" }] }));
    expect(await strange().catch(stuckBy)).toEqual({ ok: false, why: "refused", providerCode: null });
  });
});

describe("an evaluation", () => {
  const failed = {
    ...{ passed: false, friendly_name: "Utility bill", failure_reason: "A Utility bill is missing." },
    ...{ requirement_name: "address_info", requirement_friendly_name: "Proof of Address" },
    invalid: [{ friendly_name: "Address sid(s)", object_field: "address_sids", failure_reason: "It is missing." }],
  };

  test("tells what is unmet and leaves out what is met", () => {
    const results = [{ passed: true, requirement_name: "business_info", invalid: [] }, failed];
    expect(readEvaluation({ status: "noncompliant", results })).toEqual([
      {
        ...{ requirement: "address_info", label: "Proof of Address", reason: "A Utility bill is missing." },
        fields: [{ name: "address_sids", label: "Address sid(s)", reason: "It is missing." }],
      },
    ]);
    expect(readEvaluation({ status: "compliant", results: [] })).toEqual([]);
  });

  test("that fails without a reason is no pass", () => {
    expect(readEvaluation({ status: "noncompliant", results: [] })).toHaveLength(1);
  });
});
