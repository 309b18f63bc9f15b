import { addressesIn } from "./addresses.ts";
import type {
  Attributes,
  Bundle,
  EndUser,
  Evaluation,
  InvalidField,
  Result,
  SupportingDocument,
} from "./paper-model.ts";
import { type Accepted, type Field, type Proof, type Regulation, regulationAt } from "./regulations.ts";
import type { World } from "./world.ts";

/** Fields of a document that have to say what the end user's say. */
const SAME = new Set(["first_name", "last_name", "business_name"]);

/** Holds a bundle against its regulation: the end user's fields, and for each proof a document of an accepted kind. */
export function evaluate(world: World, bundle: Bundle): Evaluation {
  const regulation = regulationAt(bundle.regulationSid);
  if (regulation === undefined) throw new Error(`a bundle of no regulation: ${bundle.regulationSid}`);
  const held = bundle.items.map(({ objectSid }) => objectSid);
  const endUser = held
    .map((sid) => world.files.endUsers.get(sid))
    .find((each) => each?.type === regulation.endUserType);
  const documents = held.flatMap((sid) => world.files.documents.get(sid) ?? []);
  const results = [
    ofEndUser(regulation, endUser),
    ...regulation.proofs.map((proof) => ofProof(world, regulation, proof, documents, endUser?.attributes ?? {})),
  ];
  const status = results.every(({ passed }) => passed) ? "compliant" : "noncompliant";
  return { sid: world.sids.sid("EL"), status, results, createdAt: world.clock.now() };
}

type Wrong = { code: number; reason: string };

function ofEndUser({ endUser, endUserType }: Regulation, found: EndUser | undefined): Result {
  const whole = found ? null : { code: 22214, reason: `A ${endUser.label} End-User is missing. ${ADD_ONE}` };
  return result(
    { type: endUserType, label: endUser.label, requirement: endUser.name, name: endUser.label },
    endUser.fields,
    whole,
    ({ name, label, choices, optional }) => {
      const value = textOf(found?.attributes[name]);
      if (value === "")
        return optional
          ? null
          : { code: 22215, reason: `The ${label} is missing on the ${endUser.label} information.` };
      const isChoice = choices.length === 0 || choices.includes(value);
      return isChoice ? null : { code: 22215, reason: `The ${label} must be one of ${choices.join(", ")}.` };
    },
  );
}

/** Of the document that fits best; of the first kind that would do, where there is none. */
function ofProof(
  world: World,
  regulation: Regulation,
  proof: Proof,
  documents: SupportingDocument[],
  who: Attributes,
): Result {
  const results = proof.accepted.flatMap((kind) =>
    documents
      .filter(({ type }) => type === kind.type)
      .map((document) => ofDocument(world, regulation, proof, kind, document, who)),
  );
  const [best] = results.sort((a, b) => Number(b.passed) - Number(a.passed) || a.invalid.length - b.invalid.length);
  const [first] = proof.accepted;
  if (best !== undefined || first === undefined) return best ?? result(labels(proof, null), [], null, () => null);
  const missing = { code: 22216, reason: `A ${first.name} is missing. ${ADD_ONE}` };
  return result(labels(proof, first), first.fields, missing, ({ name, label }) => ({
    ...{ code: name === "address_sids" ? 22219 : 22217, reason: `The ${label} is missing.` },
  }));
}

function ofDocument(
  world: World,
  regulation: Regulation,
  proof: Proof,
  kind: Accepted,
  document: SupportingDocument,
  who: Attributes,
): Result {
  const isPaper = !/(^|_)address$/.test(kind.type);
  const whole = isPaper && document.file === null ? { code: 22216, reason: `The ${kind.name} has no file.` } : null;
  return result(labels(proof, kind), kind.fields, whole, ({ name, label }) => {
    if (name === "address_sids") return wrongAddress(world, regulation, proof, document);
    const value = textOf(document.attributes[name]);
    if (value === "") return { code: 22217, reason: `The ${label} is missing on the ${kind.name}.` };
    const differs = SAME.has(name) && value !== textOf(who[name]);
    return differs
      ? { code: 22218, reason: `The ${label} on the ${kind.name} is not that of the End-User information.` }
      : null;
  });
}

function wrongAddress(
  world: World,
  { country }: Regulation,
  { local }: Proof,
  { accountSid, attributes }: SupportingDocument,
): Wrong | null {
  const sids = addressesIn(attributes.address_sids);
  const addresses = sids.map((sid) => world.files.addresses.get(sid));
  const isOurs = addresses.every((each) => each?.accountSid === accountSid);
  if (sids.length === 0 || !isOurs) return { code: 22219, reason: "The Address is missing." };
  return local && addresses.some((each) => each?.isoCountry !== country)
    ? { code: 22219, reason: `The Address must be in ${country}.` }
    : null;
}

const ADD_ONE = "Please add one to the regulatory bundle.";
const textOf = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

type Labels = { type: string; label: string; requirement: string; name: string };
const labels = ({ name, label }: Proof, kind: Accepted | null): Labels => ({
  ...{ type: kind?.type ?? "", label: kind?.name ?? "", requirement: name, name: label },
});

function result(of: Labels, fields: Field[], whole: Wrong | null, wrongWith: (field: Field) => Wrong | null): Result {
  const judged = fields.map((field) => ({
    friendly_name: field.label,
    object_field: field.name,
    wrong: wrongWith(field),
  }));
  const invalid = judged.flatMap(({ wrong, ...field }): InvalidField[] =>
    wrong ? [{ ...field, failure_reason: wrong.reason, error_code: wrong.code }] : [],
  );
  const valid = judged.filter(({ wrong }) => wrong === null).map(({ wrong, ...field }) => ({ ...field, ...FINE }));
  const [first] = invalid;
  return {
    friendly_name: of.label,
    object_type: of.type,
    passed: whole === null && first === undefined,
    failure_reason: whole?.reason ?? first?.failure_reason ?? null,
    error_code: whole?.code ?? first?.error_code ?? null,
    valid,
    invalid,
    requirement_friendly_name: of.name,
    requirement_name: of.requirement,
  };
}

const FINE = { failure_reason: null, error_code: null };
