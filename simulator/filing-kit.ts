import { type Bench, callApi, type Json, type Reply } from "./test-kit.ts";

/** What the tests of papers share: filing them as Kiln & Co., who want a German number, and buying one. */

const COMPLIANCE = "/v2/RegulatoryCompliance";

const STUDIO = {
  CustomerName: "Kiln & Co.",
  Street: "Töpferstraße 5",
  City: "Berlin",
  Region: "Berlin",
  PostalCode: "10115",
  IsoCountry: "DE",
};
export const REPRESENTED = {
  business_name: "Kiln & Co.",
  business_registration_number: "HRB 1",
  first_name: "Mara",
  last_name: "Kiln",
};

type Params = Record<string, string>;

/** Files under the account of a bench. */
export function filing({ account, simulator, api }: Bench) {
  const post = (path: string, params: Params = {}) => api("POST", COMPLIANCE + path, params);
  const get = async (path: string, query: Params = {}): Promise<Json> =>
    (await api("GET", COMPLIANCE + path, query)).json;
  const remove = (path: string) => api("DELETE", COMPLIANCE + path);
  const newAddress = (more: Params = {}) => api("POST", "/Addresses.json", { ...STUDIO, ...more });

  async function upload(fields: Params, type = "application/pdf", bytes = 3): Promise<Reply> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("File", new File([new Uint8Array(bytes)], "paper.pdf", { type }));
    const response = await fetch(`${simulator.url}${COMPLIANCE}/SupportingDocuments`, {
      method: "POST",
      headers: { Authorization: `Basic ${btoa(`${account.sid}:${account.authToken}`)}` },
      body: form,
    });
    return { status: response.status, json: await response.json(), headers: response.headers };
  }
  const paper = (Type: string, attributes: object) =>
    upload({ FriendlyName: Type, Type, Attributes: JSON.stringify(attributes) });

  /** A bundle for a German mobile number with all that is asked for. */
  async function germanBundle() {
    const german = { IsoCountry: "DE", NumberType: "mobile", EndUserType: "business" };
    const [regulation] = (await get("/Regulations", german)).results;
    const { json: address } = await newAddress();
    const { json: endUser } = await post("/EndUsers", {
      ...{ FriendlyName: "Kiln & Co.", Type: "business", Attributes: JSON.stringify(REPRESENTED) },
    });
    const { json: register } = await paper("commercial_registrar_excerpt", { business_name: "Kiln & Co." });
    const { json: bill } = await paper("utility_bill", { address_sids: [address.sid] });
    const given = { FriendlyName: "Germany", Email: "mara@kiln.example", RegulationSid: regulation.sid };
    const { json: bundle } = await post("/Bundles", given);
    for (const { sid } of [endUser, register, bill])
      await post(`/Bundles/${bundle.sid}/ItemAssignments`, { ObjectSid: sid });
    return { address, endUser, register, bill, bundle, path: `/Bundles/${bundle.sid}` };
  }

  const offers = async (where: string, query: Params = {}): Promise<Json[]> =>
    (await api("GET", `/AvailablePhoneNumbers/${where}.json`, query)).json.available_phone_numbers;
  const buy = (PhoneNumber: string, papers: Params = {}) =>
    api("POST", "/IncomingPhoneNumbers.json", { PhoneNumber, ...papers });

  /** Somebody else's account, who sees nothing of it. */
  const asOther = async (method: string, path: string, params: Params = {}) =>
    callApi(simulator.url, simulator.createAccount(), method, COMPLIANCE + path, params);

  return { post, get, remove, newAddress, upload, germanBundle, offers, buy, asOther };
}
