/** What can be said of papers without asking the provider. No schema is here, so that a page carries none. */
import type { Asked, AskedDocument, PaperFinding, Papers } from "./sms-requests.ts";

/** What the provider takes as a document's file. */
export const MAX_PAPER_BYTES = 5 * 1024 * 1024;
export const PAPER_TYPES = ["application/pdf", "image/jpeg", "image/png"] as const;

export const EMPTY_PAPERS: Papers = {
  email: "",
  endUser: {},
  address: { customerName: "", street: "", streetSecondary: "", city: "", region: "", postalCode: "", country: "" },
  documents: {},
};

/** The document that was chosen for something that is asked; where there is but one, that one. Null: none yet. */
export function chosenDocument(asked: AskedDocument, papers: Papers): AskedDocument["anyOf"][number] | null {
  const [only, ...others] = asked.anyOf;
  if (only && others.length === 0) return only;
  return asked.anyOf.find(({ type }) => type === papers.documents[asked.name]?.type) ?? null;
}

/** Whether the address has to be filled in: the number asks for one, or a chosen document shows it. */
export const needsAddress = (asked: Asked, papers: Papers): boolean =>
  asked.address !== "none" || asked.documents.some((each) => chosenDocument(each, papers)?.address === true);

const NEEDED_OF_ADDRESS = ["customerName", "street", "city", "region", "postalCode", "country"] as const;
const isBlank = (value: string | undefined): boolean => (value ?? "").trim() === "";

/** What is not filled in yet, by path: nobody at the provider need be asked for that. */
export function missingPapers(asked: Asked, papers: Papers): PaperFinding[] {
  const fill = (path: string) => ({ path, message: "Fill this in." });
  const found: PaperFinding[] = [];
  if (asked.reviewed && !/^\S+@\S+\.\S+$/.test(papers.email.trim()))
    found.push({ path: "email", message: "Must be an email address, such as ana@kiln.example." });
  for (const { name, optional } of asked.endUser)
    if (!optional && isBlank(papers.endUser[name])) found.push(fill(`endUser.${name}`));
  if (needsAddress(asked, papers))
    for (const field of NEEDED_OF_ADDRESS) if (isBlank(papers.address[field])) found.push(fill(`address.${field}`));
  for (const each of asked.documents) {
    const given = papers.documents[each.name];
    const chosen = chosenDocument(each, papers);
    if (!chosen) {
      found.push({ path: `documents.${each.name}`, message: "Choose which document you have." });
      continue;
    }
    for (const { name, optional } of chosen.fields)
      if (!optional && isBlank(given?.values[name])) found.push(fill(`documents.${each.name}.${name}`));
    if (chosen.file && !given?.fileId)
      found.push({ path: `documents.${each.name}.file`, message: "Add a file: a PDF, JPEG or PNG." });
  }
  return found;
}
