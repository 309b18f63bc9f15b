import { accountAt, createSubaccount, fetchAccount, listAccounts, updateAccount } from "./accounts.ts";
import { createAddress, deleteAddress, fetchAddress, listAddresses, updateAddress } from "./addresses.ts";
import { fetchCountry, listCountries, searchNumbers } from "./available-numbers.ts";
import {
  assignItem,
  createBundle,
  createEvaluation,
  deleteBundle,
  fetchBundle,
  fetchEvaluation,
  fetchItem,
  listBundles,
  listEvaluations,
  listItems,
  removeItem,
  updateBundle,
} from "./bundles.ts";
import type { Answer, Call, Handler } from "./call.ts";
import { notFound, TwilioError } from "./errors.ts";
import { deleteMedia, fetchMedia, fetchMediaFile, listMedia } from "./media.ts";
import { deleteMessage, fetchMessage, listMessages, postMessage, updateMessage } from "./messages.ts";
import type { Account } from "./model.ts";
import { buyNumber, fetchNumber, listNumbers, releaseNumber, updateNumber } from "./numbers.ts";
import {
  createDocument,
  createEndUser,
  deleteDocument,
  deleteEndUser,
  fetchDocument,
  fetchEndUser,
  listDocuments,
  listEndUsers,
  updateDocument,
  updateEndUser,
} from "./papers.ts";
import { fetchPrices } from "./pricing.ts";
import { fetchRecording } from "./recordings.ts";
import { fetchRegulation, listRegulations } from "./regulations.ts";
import {
  listDestinationAlphaSenders,
  serviceAlphaSenders,
  servicePhoneNumbers,
  serviceShortCodes,
} from "./service-senders.ts";
import { createService, deleteService, fetchService, listServices, updateService } from "./services.ts";
import type { World } from "./world.ts";

/** Twilio's resources: paths as on api.twilio.com, messaging.twilio.com and their like, handlers by method. */
type Route = { pattern: RegExp; GET?: Handler; POST?: Handler; DELETE?: Handler };

const ACCOUNT = "/2010-04-01/Accounts/{account}";
const COMPLIANCE = "/v2/RegulatoryCompliance";
const ROUTES: Route[] = [
  route(`${ACCOUNT}/Messages.json`, { POST: postMessage, GET: listMessages }),
  route(`${ACCOUNT}/Messages/{}.json`, { GET: fetchMessage, POST: updateMessage, DELETE: deleteMessage }),
  route(`${ACCOUNT}/Messages/{}/Media.json`, { GET: listMedia }),
  route(`${ACCOUNT}/Messages/{}/Media/{}.json`, { GET: fetchMedia, DELETE: deleteMedia }),
  route(`${ACCOUNT}/Messages/{}/Media/{}`, { GET: fetchMediaFile }),
  route(`${ACCOUNT}/Recordings/{}`, { GET: fetchRecording }),
  route("/2010-04-01/Accounts.json", { GET: listAccounts, POST: createSubaccount }),
  route(`${ACCOUNT}.json`, { GET: fetchAccount, POST: updateAccount }),
  route(`${ACCOUNT}/IncomingPhoneNumbers.json`, { GET: listNumbers, POST: buyNumber }),
  route(`${ACCOUNT}/IncomingPhoneNumbers/{}.json`, { GET: fetchNumber, POST: updateNumber, DELETE: releaseNumber }),
  route(`${ACCOUNT}/AvailablePhoneNumbers.json`, { GET: listCountries }),
  route(`${ACCOUNT}/AvailablePhoneNumbers/{}.json`, { GET: fetchCountry }),
  route(`${ACCOUNT}/AvailablePhoneNumbers/{}/{}.json`, { GET: searchNumbers }),
  route("/v1/PhoneNumbers/Countries/{}", { GET: fetchPrices }),
  route("/v1/Services", { GET: listServices, POST: createService }),
  route("/v1/Services/{}", { GET: fetchService, POST: updateService, DELETE: deleteService }),
  ...sendersOfServices("PhoneNumbers", servicePhoneNumbers),
  ...sendersOfServices("ShortCodes", serviceShortCodes),
  ...sendersOfServices("AlphaSenders", serviceAlphaSenders),
  route("/v1/Services/{}/DestinationAlphaSenders", { GET: listDestinationAlphaSenders }),
  route(`${ACCOUNT}/Addresses.json`, { GET: listAddresses, POST: createAddress }),
  route(`${ACCOUNT}/Addresses/{}.json`, { GET: fetchAddress, POST: updateAddress, DELETE: deleteAddress }),
  route(`${COMPLIANCE}/Regulations`, { GET: listRegulations }),
  route(`${COMPLIANCE}/Regulations/{}`, { GET: fetchRegulation }),
  route(`${COMPLIANCE}/EndUsers`, { GET: listEndUsers, POST: createEndUser }),
  route(`${COMPLIANCE}/EndUsers/{}`, { GET: fetchEndUser, POST: updateEndUser, DELETE: deleteEndUser }),
  route(`${COMPLIANCE}/SupportingDocuments`, { GET: listDocuments, POST: createDocument }),
  route(`${COMPLIANCE}/SupportingDocuments/{}`, { GET: fetchDocument, POST: updateDocument, DELETE: deleteDocument }),
  route(`${COMPLIANCE}/Bundles`, { GET: listBundles, POST: createBundle }),
  route(`${COMPLIANCE}/Bundles/{}`, { GET: fetchBundle, POST: updateBundle, DELETE: deleteBundle }),
  route(`${COMPLIANCE}/Bundles/{}/ItemAssignments`, { GET: listItems, POST: assignItem }),
  route(`${COMPLIANCE}/Bundles/{}/ItemAssignments/{}`, { GET: fetchItem, DELETE: removeItem }),
  route(`${COMPLIANCE}/Bundles/{}/Evaluations`, { GET: listEvaluations, POST: createEvaluation }),
  route(`${COMPLIANCE}/Bundles/{}/Evaluations/{}`, { GET: fetchEvaluation }),
];

function sendersOfServices(
  path: string,
  { list, add, fetch, remove }: { list: Handler; add: Handler; fetch: Handler; remove: Handler },
): Route[] {
  const all = `/v1/Services/{}/${path}`;
  return [route(all, { GET: list, POST: add }), route(`${all}/{}`, { GET: fetch, DELETE: remove })];
}

function route(template: string, handlers: Omit<Route, "pattern">): Route {
  const pattern = template
    .replaceAll(".", "\\.")
    .replace("{account}", "(?<account>[^/]+?)")
    .replaceAll("{}", "([^/]+?)");
  return { pattern: new RegExp(`^${pattern}$`), ...handlers };
}

/** The account whose SID and auth token the Basic header gives, or null. */
export function signIn(world: World, authorization: string | undefined): Account | null {
  const given = /^Basic (.+)$/i.exec(authorization ?? "")?.[1];
  if (given === undefined) return null;
  const [sid = "", ...token] = Buffer.from(given, "base64").toString("utf8").split(":");
  const account = world.accounts.get(sid);
  return account?.authToken === token.join(":") ? account : null;
}

export type ApiRequest = Omit<Call, "account" | "signedIn" | "ids"> & { method: string; signedIn: Account | null };

/** Answers one request to Twilio's API; throws TwilioError for what Twilio refuses. */
export function answerApi(request: ApiRequest): Answer {
  const { world, path, method } = request;
  const signedIn = request.signedIn ?? ownerOfOpenMedia(world, method, path);
  if (signedIn === null) throw new TwilioError(20003, 401);
  for (const { pattern, ...handlers } of ROUTES) {
    const match = pattern.exec(path);
    if (match === null) continue;
    const handler = method === "GET" || method === "POST" || method === "DELETE" ? handlers[method] : undefined;
    if (handler === undefined) throw new TwilioError(20004, 405);
    const named = match.groups?.account;
    const account = named === undefined ? signedIn : accountAt(world, signedIn, named, path);
    const isAboutAccounts = path.endsWith(`/Accounts/${account.sid}.json`) || path === "/2010-04-01/Accounts.json";
    if (account.status !== "active" && !isAboutAccounts) throw new TwilioError(20005, 403);
    const ids = match.slice(named === undefined ? 1 : 2).map(decodeURIComponent);
    return handler({ ...request, account, signedIn, ids });
  }
  throw notFound(path);
}

/** The account whose media file this is, where its media need no credentials. */
function ownerOfOpenMedia(world: World, method: string, path: string): Account | null {
  const sid = /^\/2010-04-01\/Accounts\/([^/]+)\/Messages\/[^/]+\/Media\/[^/.]+$/.exec(path)?.[1];
  const account = sid === undefined || method !== "GET" ? undefined : world.accounts.get(sid);
  return account === undefined || account.mediaAuth ? null : account;
}
