/** Addresses and Regulatory Compliance at Twilio: the adapter behind the port in ../paperwork.ts. */
import type { Credentials } from "../channel.ts";
import type { Bundle, BundleStatus, PaperRefusal, Paperwork } from "../paperwork.ts";
import { isNotFound, type TwilioHosts } from "./client.ts";
import { addressNeededBy, forSale } from "./market.ts";
import { attributesOf, file, named, notTaken, remove, upload } from "./papers.ts";
import { readEvaluation, readRegulation } from "./regulations.ts";
import { attempt, type Client } from "./stuck.ts";

/** Twilio's largest page; and more than any account has. Its client writes into what a list is asked with: each gets a copy. */
const ALL = { pageSize: 1000, limit: 10_000 };
const MOST_NAMESAKES = 100;

/** Twilio's prose: what may be changed, and submitted. */
const EDITABLE: ReadonlySet<BundleStatus> = new Set(["draft", "twilio-rejected"]);

const compliance = (client: Client) => client.numbers.v2.regulatoryCompliance;
const bundleAt = (client: Client, sid: string) => compliance(client).bundles(sid);

interface TwilioBundle {
  sid: string;
  friendlyName: string;
  regulationSid: string;
  status: BundleStatus;
  validUntil: Date | null;
}

/** `validUntil` is an invalid date in Twilio's client where the answer has none. */
const bundleOf = ({ sid, friendlyName, regulationSid, status, validUntil }: TwilioBundle): Bundle => ({
  ...{ bundleSid: sid, name: friendlyName, regulationSid, status },
  validUntil: validUntil instanceof Date && !Number.isNaN(validUntil.getTime()) ? validUntil : null,
});

export function createTwilioPaperwork(hosts: TwilioHosts): Paperwork {
  const ask = <T extends { ok: boolean }>(credentials: Credentials, work: (client: Client) => Promise<T>) =>
    attempt(hosts, credentials, work);

  return {
    regulations: (_outside, credentials, country) =>
      ask(credentials, async (client) => {
        const found = await compliance(client).regulations.list({ isoCountry: country, ...ALL });
        return { ok: true, items: found.flatMap((each) => readRegulation(each) ?? []) };
      }),
    addressNeeded: (_outside, credentials, { country, numberType }) =>
      ask(credentials, async (client) => {
        try {
          const [offer] = await forSale(client.availablePhoneNumbers(country), numberType, { limit: 1 });
          return { ok: true, needed: offer ? addressNeededBy(offer) : null };
        } catch (error) {
          if (isNotFound(error)) return { ok: true, needed: null }; // that country has no numbers of this type
          throw error;
        }
      }),

    findAddresses: (_outside, credentials, name) =>
      ask(credentials, async (client) => {
        const found = await client.addresses.list({ friendlyName: name, limit: MOST_NAMESAKES });
        return { ok: true, sids: named(found, name).map(({ sid }) => sid) };
      }),
    createAddress: (_outside, credentials, { name, country, streetSecondary, ...address }) =>
      file(
        hosts,
        credentials,
        async (client) => {
          const { sid } = await client.addresses.create({
            ...{ ...address, friendlyName: name, isoCountry: country },
            ...(streetSecondary ? { streetSecondary } : {}),
            // Another address than was typed, put in its place unasked, would not be the one on the documents.
            autoCorrectAddress: false,
          });
          return { ok: true, sid };
        },
        "address_incomplete",
      ),
    removeAddress: (_outside, credentials, sid) =>
      remove(hosts, credentials, (client) => client.addresses(sid).remove()),

    findEndUsers: (_outside, credentials, name) =>
      ask(credentials, async (client) => {
        const all = await compliance(client).endUsers.list({ ...ALL });
        return { ok: true, sids: named(all, name).map(({ sid }) => sid) };
      }),
    createEndUser: (_outside, credentials, { name, type, values }) =>
      file(hosts, credentials, async (client) => {
        const created = await compliance(client).endUsers.create({ friendlyName: name, type, attributes: values });
        return { ok: true, sid: created.sid };
      }),
    removeEndUser: (_outside, credentials, sid) =>
      remove(hosts, credentials, (client) => compliance(client).endUsers(sid).remove()),

    findDocuments: (_outside, credentials, name) =>
      ask(credentials, async (client) => {
        const all = await compliance(client).supportingDocuments.list({ ...ALL });
        return { ok: true, sids: named(all, name).map(({ sid }) => sid) };
      }),
    createDocument: (_outside, credentials, document) => {
      const { name: friendlyName, type, values, addressSids } = document;
      if (document.file) return upload(hosts, credentials, document, document.file);
      return file(hosts, credentials, async (client) => {
        const attributes = attributesOf(values, addressSids);
        const { sid } = await compliance(client).supportingDocuments.create({ friendlyName, type, attributes });
        return { ok: true, sid };
      });
    },
    removeDocument: (_outside, credentials, sid) =>
      remove(hosts, credentials, (client) => compliance(client).supportingDocuments(sid).remove()),

    findBundles: (_outside, credentials, name) =>
      ask(credentials, async (client) => {
        const found = await compliance(client).bundles.list({ friendlyName: name, limit: MOST_NAMESAKES });
        return { ok: true, items: named(found, name).map(bundleOf) };
      }),
    createBundle: (_outside, credentials, { name: friendlyName, regulationSid, email }) =>
      file(hosts, credentials, async (client) => {
        const created = await compliance(client).bundles.create({ friendlyName, regulationSid, email });
        return { ok: true, ...bundleOf(created) };
      }),
    fillBundle: (_outside, credentials, bundleSid, sids) =>
      file(hosts, credentials, async (client) => {
        const { itemAssignments } = bundleAt(client, bundleSid);
        const assigned = await itemAssignments.list({ ...ALL });
        const held = new Set(assigned.map(({ objectSid }) => objectSid));
        const superfluous = assigned.filter(({ objectSid }) => !sids.includes(objectSid));
        const missing = sids.filter((sid) => !held.has(sid));
        if (superfluous.length + missing.length === 0) return { ok: true as const };
        const { status } = await bundleAt(client, bundleSid).fetch();
        if (!EDITABLE.has(status)) return notTaken("not_editable");
        for (const { sid } of superfluous) await itemAssignments(sid).remove();
        for (const objectSid of missing) await itemAssignments.create({ objectSid });
        return { ok: true as const };
      }),
    evaluate: (_outside, credentials, bundleSid) =>
      ask(credentials, async (client) => {
        const evaluation = await bundleAt(client, bundleSid).evaluations.create();
        return { ok: true, unmet: readEvaluation(evaluation) };
      }),
    submitBundle: (_outside, credentials, bundleSid) =>
      file(hosts, credentials, async (client) => {
        const bundle = bundleAt(client, bundleSid);
        const { status } = await bundle.fetch();
        if (!EDITABLE.has(status)) return { ok: true as const, status };
        const submitted = await bundle.update({ status: "pending-review" });
        return { ok: true as const, status: submitted.status };
      }),
    readBundle: (_outside, credentials, bundleSid) =>
      ask(credentials, async (client) => {
        try {
          const bundle = bundleOf(await bundleAt(client, bundleSid).fetch());
          const refusals = bundle.status === "twilio-rejected" ? await refusalsIn(client, bundleSid) : [];
          return { ok: true, bundle: { ...bundle, refusals } };
        } catch (error) {
          if (isNotFound(error)) return { ok: true, bundle: null };
          throw error;
        }
      }),
    removeBundle: (_outside, credentials, bundleSid) =>
      remove(hosts, credentials, (client) => bundleAt(client, bundleSid).remove()),
  };
}

/** A bundle has no reason of its own: Twilio keeps it with the documents it refused, and writes it in its email. */
async function refusalsIn(client: Client, bundleSid: string): Promise<PaperRefusal[]> {
  const assigned = await bundleAt(client, bundleSid).itemAssignments.list({ ...ALL });
  const documents = assigned.map(({ objectSid }) => objectSid).filter((sid) => sid.startsWith("RD"));
  const refusals: PaperRefusal[] = [];
  for (const documentSid of documents) {
    const { friendlyName: name, failureReason: reason } = await compliance(client)
      .supportingDocuments(documentSid)
      .fetch();
    if (reason) refusals.push({ documentSid, name, reason });
  }
  return refusals;
}
