/** The sentences of stories about numbers that need papers. */
import type { Papers, SmsRequest } from "../../contract/sms-requests.ts";
import type { Answer, Api } from "./api.ts";
import type { Town } from "./town.ts";

/** A German mobile number for a business: a person, an address, and two documents with a file each. */
export const GERMAN = { country: "DE", numberType: "mobile", endUserType: "business" } as const;

/** Words that nobody writes by chance, so that a trace of them is one. */
export const SECRET_STREET = "Zimtsternweg 5";
export const SECRET_NAME = "Quirina";

export const pdf = (size = 400): Buffer => Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(size - 9, 32)]);

/** Uploads a file of a request; whatever is answered. */
export async function uploadPaper(
  town: Pick<Town, "publicUrl" | "key">,
  requestId: string,
  bytes: Buffer = pdf(),
  name = "register.pdf",
): Promise<Answer> {
  const query = new URLSearchParams({ requestId, name });
  const response = await fetch(`${town.publicUrl}/api/sms-requests/files?${query}`, {
    method: "POST",
    headers: { authorization: town.key, "content-type": "application/octet-stream" },
    body: new Uint8Array(bytes),
  });
  return { status: response.status, body: (await response.json()) as Answer["body"], headers: response.headers };
}

/** Begins a request; fails where that is refused. */
export async function beginRequest(town: Town, kind: object = GERMAN, api: Api = town.api): Promise<SmsRequest> {
  const answer = await town.passing(api.post("/api/sms-requests", kind));
  if (answer.status !== 201) throw new Error(`not begun: ${JSON.stringify(answer.body)}`);
  return answer.body as unknown as SmsRequest;
}

/** All that a German mobile number for a business asks for. */
export const germanPapers = (fileId: string): Papers => ({
  email: "ana@kiln.example",
  endUser: {
    business_name: " Kiln & Co. ",
    business_registration_number: "HRB 1",
    first_name: SECRET_NAME,
    last_name: "Ofen",
  },
  address: {
    ...{ customerName: "Kiln & Co.", street: SECRET_STREET, streetSecondary: "", city: "Berlin", region: "Berlin" },
    ...{ postalCode: "10115", country: "DE" },
  },
  documents: {
    business_name_info: {
      type: "commercial_registrar_excerpt",
      values: { business_name: " Kiln & Co. " },
      fileId: fileId as SmsRequest["files"][number]["id"],
    },
    address_proof_info: {
      type: "utility_bill",
      values: {},
      fileId: fileId as SmsRequest["files"][number]["id"],
    },
  },
});

export async function fillIn(town: Town, id: string, papers: Papers): Promise<SmsRequest> {
  const answer = await town.api.patch(`/api/sms-requests/${id}`, { papers });
  if (answer.status !== 200) throw new Error(`not kept: ${JSON.stringify(answer.body)}`);
  return answer.body as unknown as SmsRequest;
}

/** A draft with everything that is asked for. */
export async function filledRequest(town: Town): Promise<SmsRequest> {
  const { id } = await beginRequest(town);
  const file = await uploadPaper(town, id);
  return fillIn(town, id, germanPapers(String(file.body.id)));
}

export async function readRequest(town: Pick<Town, "api">, id: string): Promise<SmsRequest> {
  return (await town.api.get(`/api/sms-requests/${id}`)).body as unknown as SmsRequest;
}

/** Does something with a request; fails where that is refused. */
export async function act(town: Town, id: string, what: "check" | "submit" | "withdraw" | "erase") {
  const answer = await town.passing(town.api.post(`/api/sms-requests/${id}/${what}`));
  if (answer.status !== 200) throw new Error(`no ${what}: ${JSON.stringify(answer.body)}`);
  return answer.body as unknown as SmsRequest;
}

const STEP_MS = 60_000;

/** Lets minutes and hours pass until a request has this status. */
export const untilRequest = (town: Town, id: string, status: SmsRequest["status"]): Promise<SmsRequest> =>
  town.until(`the request ${id} is ${status}`, async () => {
    town.clock.advance(STEP_MS);
    const request = await readRequest(town, id);
    return request.status === status && request;
  });

/** The bundle of a request, as the provider has it. */
export const bundleOf = (town: Town, id: string) =>
  town.simulator.bundles().find((each) => each.friendlyName.includes(id));

interface Named {
  sid: string;
  friendly_name: string;
}

/** What of a request is at the provider, by the kinds of things. */
export async function atProvider(town: Town, id: string) {
  const { sid, authToken } = town.twilio;
  const list = async (path: string, key: string): Promise<Named[]> => {
    const response = await fetch(`${town.simulator.url}${path}?PageSize=1000`, {
      headers: { authorization: `Basic ${btoa(`${sid}:${authToken}`)}` },
    });
    const body = (await response.json()) as Record<string, Named[]>;
    return (body[key] ?? []).filter((each) => each.friendly_name.includes(id));
  };
  const papers = "/v2/RegulatoryCompliance";
  const [addresses, endUsers, documents, bundles] = await Promise.all([
    list(`/2010-04-01/Accounts/${sid}/Addresses.json`, "addresses"),
    list(`${papers}/EndUsers`, "results"),
    list(`${papers}/SupportingDocuments`, "results"),
    list(`${papers}/Bundles`, "results"),
  ]);
  const counts = [addresses.length, endUsers.length, documents.length, bundles.length];
  return { addresses: counts[0], endUsers: counts[1], documents: counts[2], bundles: counts[3] };
}

export const ONE_OF_EACH = { addresses: 1, endUsers: 1, documents: 2, bundles: 1 };
export const NOTHING_LEFT = { addresses: 0, endUsers: 0, documents: 0, bundles: 0 };

/** A request that is with the reviewers. */
export const inReview = async (town: Town): Promise<SmsRequest> => act(town, (await filledRequest(town)).id, "submit");

/** The reviewers move a request's bundle on. */
export const review = (town: Town, id: string, verdict: Parameters<Town["simulator"]["review"]>[1]) =>
  town.simulator.review(bundleOf(town, id)?.sid ?? "", verdict);

/** What the provider was asked about a request's bundle. */
export function askedAbout(town: Town, id: string, method: string) {
  const path = `/Bundles/${bundleOf(town, id)?.sid}`;
  return town.simulator.requests().filter((each) => each.method === method && each.path.endsWith(path));
}
