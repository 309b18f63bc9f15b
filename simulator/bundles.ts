import { type Answer, type Call, hookUrlOf, idOf, isoSeconds } from "./call.ts";
import { notFound, TwilioError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { listV1, NUMBERS_HOST } from "./paging.ts";
import { type Assignment, type Bundle, type BundleStatus, documentsIn, type Evaluation } from "./paper-model.ts";
import { regulationAt, regulationFor } from "./regulations.ts";
import { reviewByItself } from "./reviews.ts";
import type { World } from "./world.ts";

/** Bundles of Regulatory Compliance, what they hold, and how they fare. Nobody is called back when one changes its status. */

const BUNDLES = `${NUMBERS_HOST}/v2/RegulatoryCompliance/Bundles`;
const STATUSES: readonly string[] = [
  ...["draft", "pending-review", "in-review", "twilio-rejected", "twilio-approved", "provisionally-approved"],
];
/** While it may be changed, submitted and deleted. */
const EDITABLE: ReadonlySet<BundleStatus> = new Set(["draft", "twilio-rejected"]);

export function listBundles(call: Call): Answer {
  const wanted = (name: string, value: string | undefined) => (call.query.get(name) ?? value) === value;
  const mine = [...call.world.files.bundles.values()].filter((bundle) => {
    const regulation = regulationAt(bundle.regulationSid);
    return (
      bundle.accountSid === call.account.sid &&
      wanted("Status", bundle.status) &&
      wanted("FriendlyName", bundle.friendlyName) &&
      wanted("RegulationSid", bundle.regulationSid) &&
      wanted("IsoCountry", regulation?.country) &&
      wanted("NumberType", regulation?.numberType) &&
      wanted("EndUserType", regulation?.endUserType)
    );
  });
  return listV1(call, "results", mine.reverse(), bundleJson, NUMBERS_HOST);
}

export function createBundle(call: Call): Answer {
  const { world, account, form } = call;
  const now = world.clock.now();
  const bundle: Bundle = {
    ...{ sid: world.sids.sid("BU"), accountSid: account.sid, createdAt: now, updatedAt: now },
    friendlyName: required(form, "FriendlyName"),
    email: required(form, "Email"),
    statusCallback: hookUrlOf(form, "StatusCallback", "") || null,
    regulationSid: chosenRegulation(form),
    ...{ status: "draft", validUntil: null, items: [], evaluations: [] },
  };
  world.files.bundles.set(bundle.sid, bundle);
  return { status: 201, json: bundleJson(bundle) };
}

export function fetchBundle(call: Call): Answer {
  return { status: 200, json: bundleJson(bundleAt(call)) };
}

export function updateBundle(call: Call): Answer {
  const { world, form } = call;
  const bundle = bundleAt(call);
  const status = form.get("Status");
  if (status === null) {
    bundle.friendlyName = form.get("FriendlyName") ?? bundle.friendlyName;
    bundle.email = form.get("Email") ?? bundle.email;
    bundle.statusCallback = hookUrlOf(form, "StatusCallback", bundle.statusCallback ?? "") || null;
  } else {
    if (["FriendlyName", "Email", "StatusCallback"].some((name) => form.has(name))) throw new TwilioError(22204, 400);
    if (!STATUSES.includes(status)) throw new TwilioError(22203, 400);
    move(world, bundle, status);
  }
  bundle.updatedAt = world.clock.now();
  return { status: 200, json: bundleJson(bundle) };
}

/** What its owner may do with it: submit it, once it holds all that is asked for, and take a rejected one back. */
function move(world: World, bundle: Bundle, status: string): void {
  if (!EDITABLE.has(bundle.status) || (status !== "pending-review" && status !== "draft"))
    throw new TwilioError(20422, 400, `A bundle that is ${bundle.status} can't be made ${status}`);
  if (status === "pending-review") {
    const failed = evaluate(world, bundle).results.find(({ passed }) => !passed);
    if (failed) throw new TwilioError(failed.error_code ?? 22216, 400, failed.failure_reason ?? undefined);
    for (const document of documentsIn(world.files, bundle))
      if (document.status === "draft" || document.status === "rejected")
        Object.assign(document, { status: "pending-review", failureReason: null });
  }
  bundle.status = status;
  if (status === "pending-review") reviewByItself(world, bundle);
}

export function deleteBundle(call: Call): Answer {
  const bundle = bundleAt(call);
  const isUsed = [...call.world.numbers.values()].some(({ bundleSid }) => bundleSid === bundle.sid);
  if (isUsed) throw new TwilioError(21648, 400);
  if (!EDITABLE.has(bundle.status)) throw new TwilioError(21647, 400);
  call.world.files.bundles.delete(bundle.sid);
  return { status: 204 };
}

export function listItems(call: Call): Answer {
  const bundle = bundleAt(call);
  return listV1(call, "results", bundle.items, (item) => itemJson(bundle, item), NUMBERS_HOST);
}

export function assignItem(call: Call): Answer {
  const { world, account, form } = call;
  const bundle = bundleAt(call);
  const objectSid = required(form, "ObjectSid");
  if (!/^(IT|RD)/.test(objectSid)) throw new TwilioError(22206, 400);
  const found = world.files.endUsers.get(objectSid) ?? world.files.documents.get(objectSid);
  const isAssigned = bundle.items.some((item) => item.objectSid === objectSid);
  if (found?.accountSid !== account.sid || isAssigned || !EDITABLE.has(bundle.status))
    throw new TwilioError(22205, 400);
  const item: Assignment = { sid: world.sids.sid("BV"), objectSid, createdAt: world.clock.now() };
  bundle.items.push(item);
  return { status: 201, json: itemJson(bundle, item) };
}

export function fetchItem(call: Call): Answer {
  const bundle = bundleAt(call);
  return { status: 200, json: itemJson(bundle, itemAt(call, bundle)) };
}

export function removeItem(call: Call): Answer {
  const bundle = bundleAt(call);
  const item = itemAt(call, bundle);
  if (!EDITABLE.has(bundle.status)) throw new TwilioError(22229, 400);
  bundle.items.splice(bundle.items.indexOf(item), 1);
  return { status: 204 };
}

export function listEvaluations(call: Call): Answer {
  const bundle = bundleAt(call);
  const latest = bundle.evaluations.toReversed();
  return listV1(call, "results", latest, (each) => evaluationJson(bundle, each), NUMBERS_HOST);
}

export function createEvaluation(call: Call): Answer {
  const bundle = bundleAt(call);
  const evaluation = evaluate(call.world, bundle);
  bundle.evaluations.push(evaluation);
  return { status: 201, json: evaluationJson(bundle, evaluation) };
}

export function fetchEvaluation(call: Call): Answer {
  const bundle = bundleAt(call);
  const evaluation = bundle.evaluations.find(({ sid }) => sid === idOf(call, 1));
  if (evaluation === undefined) throw notFound(call.path);
  return { status: 200, json: evaluationJson(bundle, evaluation) };
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name) ?? "";
  if (value === "") throw new TwilioError(20422, 400, `Missing required parameter ${name}`);
  return value;
}

/** By its SID, or by country, type of number and type of end user. */
function chosenRegulation(form: URLSearchParams): string {
  const sid = form.get("RegulationSid");
  if (sid !== null) {
    if (regulationAt(sid) === undefined) throw new TwilioError(22201, 400);
    return sid;
  }
  const country = form.get("IsoCountry");
  const numberType = form.get("NumberType");
  if (country === null || numberType === null) throw new TwilioError(22202, 400);
  const endUserType = form.get("EndUserType") ?? "";
  if (
    !["local", "mobile", "toll-free", "national"].includes(numberType) ||
    !/^(individual|business)$/.test(endUserType)
  )
    throw new TwilioError(22200, 400);
  const regulation = regulationFor(country, numberType, endUserType);
  if (regulation === undefined) throw new TwilioError(22201, 400);
  return regulation.sid;
}

function bundleAt(call: Call): Bundle {
  const bundle = call.world.files.bundles.get(idOf(call, 0));
  if (bundle === undefined || bundle.accountSid !== call.account.sid) throw notFound(call.path);
  return bundle;
}

function itemAt(call: Call, bundle: Bundle): Assignment {
  const item = bundle.items.find(({ sid }) => sid === idOf(call, 1));
  if (item === undefined) throw notFound(call.path);
  return item;
}

function bundleJson(bundle: Bundle): Record<string, unknown> {
  const url = `${BUNDLES}/${bundle.sid}`;
  return {
    sid: bundle.sid,
    account_sid: bundle.accountSid,
    regulation_sid: bundle.regulationSid,
    friendly_name: bundle.friendlyName,
    status: bundle.status,
    email: bundle.email,
    status_callback: bundle.statusCallback,
    valid_until: bundle.validUntil && isoSeconds(bundle.validUntil),
    date_created: isoSeconds(bundle.createdAt),
    date_updated: isoSeconds(bundle.updatedAt),
    url,
    links: {
      evaluations: `${url}/Evaluations`,
      item_assignments: `${url}/ItemAssignments`,
      bundle_copies: `${url}/Copies`,
    },
  };
}

function itemJson(bundle: Bundle, item: Assignment): Record<string, unknown> {
  return {
    sid: item.sid,
    bundle_sid: bundle.sid,
    account_sid: bundle.accountSid,
    object_sid: item.objectSid,
    date_created: isoSeconds(item.createdAt),
    url: `${BUNDLES}/${bundle.sid}/ItemAssignments/${item.sid}`,
  };
}

function evaluationJson(bundle: Bundle, evaluation: Evaluation): Record<string, unknown> {
  return {
    sid: evaluation.sid,
    account_sid: bundle.accountSid,
    regulation_sid: bundle.regulationSid,
    bundle_sid: bundle.sid,
    status: evaluation.status,
    date_created: isoSeconds(evaluation.createdAt),
    url: `${BUNDLES}/${bundle.sid}/Evaluations/${evaluation.sid}`,
    results: evaluation.results,
  };
}
