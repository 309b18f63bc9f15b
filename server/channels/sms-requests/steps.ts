/** The steps from what was filled in to the provider's reviewers. Each finds what is there already before it makes anything. */
import { chosenDocument, needsAddress } from "../../../contract/papers.ts";
import type { AskedField } from "../../../contract/sms-requests.ts";
import type { Outside } from "../../platform/db/handles.ts";
import type { Credentials } from "../channel.ts";
import type { Stuck } from "../market.ts";
import type { Found, NotTaken } from "../paperwork.ts";
import { passes } from "../problems.ts";
import {
  aboutToAsk,
  after,
  credentialsFor,
  goOn,
  isInTheAir,
  letItSettle,
  nameFor,
  noAccount,
  putOff,
  type SmsRequestParts,
  type Stand,
  settle,
} from "./act.ts";
import { type Contents, openContents, readFile, sealContents } from "./papers.ts";
import { findingsOf, isNotTaken, notTaken, problemOf, type Told } from "./problems.ts";
import { followUp, underReview } from "./review.ts";
import type { Filed, Kind, Made, SmsRequestRow, State } from "./store.ts";
import { takeBack, tidyUp } from "./take-back.ts";

/** What every step has at hand. */
interface Work {
  parts: SmsRequestParts;
  row: SmsRequestRow;
  outside: Outside;
  credentials: Credentials;
  contents: Contents;
}
type SendingStep = (work: Work) => Promise<Stand>;

/** It goes no further until somebody changes something: what was filled in can be edited again. */
function toDraft({ parts, row, contents }: Work, { problem, findings }: Told, checkedAt: Date | null = null) {
  const sealed = sealContents(parts.secrets, row.workspaceId, { ...contents, findings });
  return settle(parts, row, { state: "draft", problem, checkedAt, ...sealed }, null);
}

const stop = (work: Work, stuck: Stuck): Promise<Stand> =>
  passes(stuck) ? putOff(work.parts, work.row, stuck) : toDraft(work, { problem: problemOf(stuck), findings: [] });

const refused = (work: Work, answer: NotTaken | Stuck, path: string): Promise<Stand> =>
  isNotTaken(answer) ? toDraft(work, notTaken(answer, path)) : stop(work, answer);

interface Wanted {
  kind: Kind;
  /** What its name is made from: all that it holds. */
  content: unknown;
  /** Where it stands in the papers. */
  path: string;
  before: Filed | undefined | null;
  find(name: string): Promise<Found | Stuck>;
  make(name: string): Promise<{ ok: true; sid: string } | NotTaken | Stuck>;
  put(made: Made, filed: Filed): Made;
  next: State;
}

/** Has one thing at the provider, once: the one of this name that is there, or a new one. What it replaces is taken away later. */
async function have(work: Work, wanted: Wanted): Promise<Stand> {
  const { parts, row } = work;
  const { kind, before, put, next: state } = wanted;
  const name = nameFor(parts, row, wanted.content);
  if (before?.name === name) return goOn(parts, row, { state });
  const found = await wanted.find(name);
  if (!found.ok) return stop(work, found);
  const place = (from: SmsRequestRow, sid: string, others: readonly string[]) => {
    const gone = [...others, ...(before ? [before.sid] : [])].map((each) => ({ kind, sid: each }));
    const made = { ...from.made, asking: null, left: [...from.made.left, ...gone] };
    return goOn(parts, from, { state, made: put(made, { sid, name }) });
  };
  const [first, ...more] = found.sids;
  if (first !== undefined) return place(row, first, more);
  if (isInTheAir(parts, row)) return letItSettle(parts, row);
  const asking = await aboutToAsk(parts, row, { made: { ...row.made, asking: { kind, name } } });
  const made = await wanted.make(name);
  if (made.ok) return place(asking, made.sid, []);
  // It is in the air only where the answer was lost; otherwise it stands as it did before.
  const then = made.why === "lost" ? asking : { ...asking, askedAt: row.askedAt };
  return refused({ ...work, row: then }, made, wanted.path);
}

const address: SendingStep = async (work) => {
  const { parts, row, outside, credentials, contents } = work;
  const { papers } = contents;
  const { made } = row;
  const next = row.regulationSid === null ? "submission" : "end_user";
  if (!needsAddress(row.asked, papers)) {
    if (!made.address) return goOn(parts, row, { state: next });
    const left = [...made.left, { kind: "address" as const, sid: made.address.sid }];
    return goOn(parts, row, { state: next, made: { ...made, address: null, left } });
  }
  const { streetSecondary, ...rest } = papers.address;
  const { paperwork } = parts;
  return have(work, {
    ...{ kind: "address", content: papers.address, path: "address", before: made.address, next },
    find: (name) => paperwork.findAddresses(outside, credentials, name),
    make: (name) =>
      paperwork.createAddress(outside, credentials, { ...rest, name, streetSecondary: streetSecondary || null }),
    put: (from, filed) => ({ ...from, address: filed }),
  });
};

/** What was filled in of what is asked for, to the letter. */
const valuesOf = (asked: readonly AskedField[], given: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(asked.flatMap(({ name }) => (given[name] ? [[name, given[name]]] : [])));

const endUser: SendingStep = async (work) => {
  const { parts, row, outside, credentials, contents } = work;
  const { paperwork } = parts;
  const values = valuesOf(row.asked.endUser, contents.papers.endUser);
  return have(work, {
    ...{ kind: "endUser", content: [row.endUserType, values], path: "endUser", before: row.made.endUser },
    next: "documents",
    find: (name) => paperwork.findEndUsers(outside, credentials, name),
    make: (name) => paperwork.createEndUser(outside, credentials, { name, type: row.endUserType, values }),
    put: (from, filed) => ({ ...from, endUser: filed }),
  });
};

/** One document a step, so that each is kept once it is there. */
const documents: SendingStep = async (work) => {
  const { parts, row, outside, credentials, contents } = work;
  const { paperwork, secrets, database } = parts;
  for (const asked of row.asked.documents) {
    const chosen = chosenDocument(asked, contents.papers);
    if (!chosen) continue; // the provider's check says so
    const given = contents.papers.documents[asked.name];
    const values = valuesOf(chosen.fields, given?.values ?? {});
    const addressSids = chosen.address && row.made.address ? [row.made.address.sid] : [];
    const fileId = chosen.file ? (given?.fileId ?? null) : null;
    const content = [asked.name, chosen.type, values, addressSids, fileId];
    const before = row.made.documents[asked.name];
    if (before?.name === nameFor(parts, row, content)) continue;
    return have(work, {
      ...{ kind: "document", content, path: `documents.${asked.name}`, before, next: "documents" },
      find: (name) => paperwork.findDocuments(outside, credentials, name),
      async make(name) {
        const file =
          fileId && (await database.view(row.workspaceId, (view) => readFile(view, secrets, row.id, fileId)));
        const { type } = chosen;
        return paperwork.createDocument(outside, credentials, { name, type, values, addressSids, file: file || null });
      },
      put: (from, filed) => ({ ...from, documents: { ...from.documents, [asked.name]: filed } }),
    });
  }
  return goOn(parts, row, { state: "bundle" });
};

const bundle: SendingStep = async (work) => {
  const { parts, row, outside, credentials, contents } = work;
  const { regulationSid } = row;
  if (regulationSid === null) throw new Error(`the request ${row.id} needs no bundle`);
  const { email } = contents.papers;
  return have(work, {
    ...{ kind: "bundle", content: [regulationSid, email], path: "email", before: row.made.bundle, next: "assignments" },
    async find(name) {
      const found = await parts.paperwork.findBundles(outside, credentials, name);
      return found.ok ? { ok: true, sids: found.items.map(({ bundleSid }) => bundleSid) } : found;
    },
    async make(name) {
      const made = await parts.paperwork.createBundle(outside, credentials, { name, regulationSid, email });
      return made.ok ? { ok: true, sid: made.bundleSid } : made;
    },
    put: (from, filed) => ({ ...from, bundle: filed }),
  });
};

const bundleOf = ({ row }: Work): string => {
  if (!row.made.bundle) throw new Error(`the request ${row.id} has no bundle`);
  return row.made.bundle.sid;
};

const assignments: SendingStep = async (work) => {
  const { parts, row, outside, credentials } = work;
  const { endUser: person, documents: papers } = row.made;
  const sids = [...(person ? [person.sid] : []), ...Object.values(papers).map(({ sid }) => sid)];
  const filled = await parts.paperwork.fillBundle(outside, credentials, bundleOf(work), sids);
  if (filled.ok) return goOn(parts, row, { state: "evaluation", made: await tidyUp(parts, credentials, row.made) });
  // It went to the reviewers already: somebody submitted it in the console, or our own answer was lost.
  return isNotTaken(filled) && filled.why === "not_editable" ? followUp(parts, row) : refused(work, filled, "endUser");
};

const evaluation: SendingStep = async (work) => {
  const { parts, row, outside, credentials } = work;
  const checked = await parts.paperwork.evaluate(outside, credentials, bundleOf(work));
  if (!checked.ok) return stop(work, checked);
  if (checked.unmet.length > 0) return toDraft(work, { problem: null, findings: findingsOf(checked.unmet, row.asked) });
  if (row.goal === "check") return toDraft(work, { problem: null, findings: [] }, after(parts, 0));
  return goOn(parts, row, { state: "submission", ...noFindings(work) });
};

const noFindings = ({ parts, row, contents }: Work) =>
  sealContents(parts.secrets, row.workspaceId, { ...contents, findings: [] });

const submission: SendingStep = async (work) => {
  const { parts, row, outside, credentials } = work;
  const now = after(parts, 0);
  if (row.regulationSid === null) {
    if (row.goal === "check") return toDraft(work, { problem: null, findings: [] }, now);
    return settle(parts, row, { state: "ready", submittedAt: now, decidedAt: null, ...noFindings(work) }, null);
  }
  const submitted = await parts.paperwork.submitBundle(outside, credentials, bundleOf(work));
  if (!submitted.ok) return refused(work, submitted, "endUser");
  return underReview(parts, { ...row, submittedAt: now, decidedAt: null, validUntil: null }, submitted.status);
};

const sending =
  (step: SendingStep) =>
  async (parts: SmsRequestParts, row: SmsRequestRow): Promise<Stand> => {
    const credentials = await credentialsFor(parts, row);
    if (!credentials) return noAccount(parts, row);
    const { outside } = parts.database;
    return step({ parts, row, outside, credentials, contents: openContents(parts.secrets, row) });
  };

const over = async (_parts: SmsRequestParts, row: SmsRequestRow): Promise<Stand> => ({ row, more: false });

export const STEPS: Record<State, (parts: SmsRequestParts, row: SmsRequestRow) => Promise<Stand>> = {
  draft: over,
  address: sending(address),
  end_user: sending(endUser),
  documents: sending(documents),
  bundle: sending(bundle),
  assignments: sending(assignments),
  evaluation: sending(evaluation),
  submission: sending(submission),
  in_review: followUp,
  approved: followUp,
  rejected: followUp,
  ready: over,
  withdrawn: takeBack,
  removed: takeBack,
};
