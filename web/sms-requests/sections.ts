/** The parts of a request's form, in their order. */
import { missingPapers, needsAddress } from "../../contract/papers.ts";
import type { Asked, AskedDocument, Papers } from "../../contract/sms-requests.ts";
import { ADDRESS_LABELS } from "./address-fields.tsx";

export interface FormSection {
  name: string;
  title: string;
  about: string | null;
  document: AskedDocument | null;
}

const OF_ADDRESS: Record<Asked["address"], string | null> = {
  none: null,
  any: "Any address of yours will do, in whichever country.",
  local: "Twilio asks for an address in the country or area of the number.",
  foreign: "Twilio asks for an address outside the number’s country.",
};

const titleOf = ({ label }: AskedDocument): string => `Document: ${label}`;

export function sectionsOf(asked: Asked): FormSection[] {
  const section = (
    name: string,
    title: string,
    about: string | null = null,
    document: AskedDocument | null = null,
  ) => ({
    ...{ name, title, about, document },
  });
  const takesAddress =
    asked.address !== "none" || asked.documents.some(({ anyOf }) => anyOf.some((each) => each.address));
  return [
    ...(asked.reviewed ? [section("contact", "Contact")] : []),
    ...(asked.endUser.length > 0 ? [section("endUser", "Who the number is for")] : []),
    ...(takesAddress ? [section("address", "Address", OF_ADDRESS[asked.address])] : []),
    ...asked.documents.map((each) => section(`documents.${each.name}`, titleOf(each), each.description, each)),
  ];
}

/** The section in which a path stands. */
export function sectionOf(path: string, asked: Asked): string {
  const [first = ""] = path.split(".");
  if (first === "email") return "contact";
  if (first !== "documents") return first;
  const found = asked.documents.find(({ name }) => `${path}.`.startsWith(`documents.${name}.`));
  return `documents.${found?.name ?? ""}`;
}

export function isFilled({ name }: FormSection, asked: Asked, papers: Papers): boolean {
  if (name === "address" && !needsAddress(asked, papers)) return papers.address.street.trim() !== "";
  return !missingPapers(asked, papers).some(({ path }) => sectionOf(path, asked) === name);
}

/** What a field is called where it is pointed at. */
export function labelOf(path: string, asked: Asked): string {
  const parts = path.split(".");
  const last = parts.at(-1) ?? "";
  if (path === "email") return "Email";
  if (path === "address") return "Address";
  if (path === "endUser") return "Who the number is for";
  if (parts[0] === "address") return ADDRESS_LABELS[last] ?? last;
  if (parts[0] === "endUser") return asked.endUser.find(({ name }) => name === last)?.label ?? last;
  const document = asked.documents.find(({ name }) => sectionOf(path, asked) === `documents.${name}`);
  if (!document) return last;
  if (path === `documents.${document.name}`) return titleOf(document);
  const fields = document.anyOf.flatMap((each) => each.fields);
  const what = last === "file" ? "file" : (fields.find(({ name }) => name === last)?.label ?? last);
  return `${titleOf(document)}, ${what}`;
}
