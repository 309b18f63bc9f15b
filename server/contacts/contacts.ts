/** Contacts: people, how they are reached, and what they allowed. */
import type { Actor } from "../../contract/accounts.ts";
import type { Contact, ContactPatch, ContactsQuery, NewContact } from "../../contract/contacts.ts";
import type { ContactId } from "../../contract/ids.ts";
import type { Page } from "../../contract/paging.ts";
import { give, statesOf, suppressionsOf, withdraw } from "../consent/consent.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { conflict, notFound } from "../platform/errors.ts";
import * as store from "./store.ts";

export { addressesOf, attributesOf, contactByAddress, contactsAt } from "./store.ts";

/** What consent is recorded under; a phone's consent to WhatsApp under the phone, before WhatsApp itself is connected. */
export const consentHashes = (view: View, addresses: readonly store.AddressRow[]): string[] =>
  addresses.flatMap((each) => [
    each.addressHash,
    ...(each.channel === "sms" ? [view.hashOf("whatsapp", each.address)] : []),
  ]);

/** The contacts of these ids as the API shows them, in the order asked for; unknown ids are left out. */
export async function readContacts(view: View, ids: readonly ContactId[]): Promise<Contact[]> {
  if (ids.length === 0) return [];
  const rows = await store.contactsByIds(view, ids);
  const addresses = await store.addressesOf(view, ids);
  const tags = await store.tagsOf(view, ids);
  const hashes = consentHashes(view, addresses);
  const states = await statesOf(view, hashes);
  const suppressions = await suppressionsOf(view, hashes);

  const json = new Map<ContactId, Contact>();
  for (const row of rows) {
    const own = addresses.filter((each) => each.contactId === row.id);
    const phone = own.find((each) => each.channel === "sms")?.address ?? null;
    const stateIn = (channel: "sms" | "whatsapp") =>
      phone === null
        ? undefined
        : states.find((each) => each.channel === channel && each.addressHash === view.hashOf(channel, phone));
    const sms = stateIn("sms");
    const whatsapp = stateIn("whatsapp");
    json.set(row.id, {
      id: row.id,
      phone,
      name: row.name,
      email: row.email,
      language: row.language,
      attributes: row.attributes,
      addresses: own.map(({ channel, address }) => ({ channel, address })),
      suppressions: suppressions.flatMap((each) => {
        const address = own.find(
          (candidate) => view.hashOf(each.channel, candidate.address) === each.addressHash,
        )?.address;
        return address
          ? [
              {
                channel: each.channel,
                address,
                sender: each.sender,
                source: each.source,
                at: each.createdAt.toISOString(),
              },
            ]
          : [];
      }),
      tags: tags.filter((each) => each.contactId === row.id).map((each) => each.tag),
      optedIn: whatsapp?.optedIn ?? null,
      optInSource: whatsapp?.optedIn ? whatsapp.source : null,
      optInProof: whatsapp?.optedIn ? whatsapp.proof : null,
      smsOptedIn: sms?.optedIn ?? null,
      smsOptOutDate: sms?.optedOutAt?.toISOString() ?? null,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
    });
  }
  return ids.flatMap((id) => json.get(id) ?? []);
}

export async function readContact(view: View, id: ContactId): Promise<Contact> {
  const [contact] = await readContacts(view, [id]);
  if (!contact) throw notFound("contact");
  return contact;
}

/** What people look for, as a pattern for ilike; a number, however it is typed, by its digits. */
export function patternOf(q: string): string {
  const digits = /^[+\d\s().-]+$/.test(q) ? q.replace(/\D/g, "") : "";
  return `%${(digits.length > 4 ? digits : q).replace(/[\\%_]/g, "\\$&")}%`;
}

export async function listContacts(
  view: View,
  { phone, q, tag, limit, cursor }: ContactsQuery,
): Promise<Page<Contact>> {
  const pattern = q ? patternOf(q) : null;
  const ids = await store.pageOfIds(view, {
    phone: phone ?? null,
    pattern,
    tag: tag ?? null,
    before: cursor ?? null,
    limit: limit + 1,
  });
  const page = ids.slice(0, limit).map((each) => each.id);
  return { items: await readContacts(view, page), nextCursor: ids.length > limit ? (page.at(-1) ?? null) : null };
}

/** @throws Conflict contact_exists with the id of the contact who has this number */
export async function createContact(tx: Tx, body: NewContact, by: Actor): Promise<Contact> {
  const id = tx.id("con");
  const { phone, name = null, email = null, language = null, attributes = {}, tags = [] } = body;
  await store.insertContact(tx, { id, name, email, language, attributes });
  if (!(await store.insertAddress(tx, id, "sms", phone))) {
    const other = await store.contactByAddress(tx, "sms", phone);
    throw conflict("contact_exists", `${phone} belongs to a contact already. Change that one instead.`, {
      contactId: other?.contactId,
    });
  }
  if (tags.length > 0) await store.replaceTags(tx, id, tags);
  await tx.emit({ type: "contact.created", data: { contactId: id }, actor: by });
  await recordChoices(tx, id, phone, body, by);
  return readContact(tx, id);
}

/** The contact who has this number, or a new one that has nothing else. */
export async function ensureContact(tx: Tx, phone: string, by: Actor): Promise<ContactId> {
  await store.holdAddress(tx, "sms", phone);
  const known = await store.contactByAddress(tx, "sms", phone);
  if (known) return known.contactId;
  return (await createContact(tx, { phone: phone as NewContact["phone"] }, by)).id;
}

export async function changeContact(tx: Tx, id: ContactId, patch: ContactPatch, by: Actor): Promise<Contact> {
  const row = await store.lockContact(tx, id);
  if (!row) throw notFound("contact");
  const { name = row.name, email = row.email, language = row.language, attributes = row.attributes } = patch;
  await store.updateContact(tx, { ...row, name, email, language, attributes });
  if (patch.tags) await store.replaceTags(tx, id, patch.tags);
  const phone = (await store.addressesOf(tx, [id])).find((each) => each.channel === "sms")?.address;
  if (phone) await recordChoices(tx, id, phone, patch, by);
  await tx.emit({ type: "contact.updated", data: { contactId: id }, actor: by });
  return readContact(tx, id);
}

/** What a request says about consent, as acts of consent; an opt-out that stands is never lifted this way. */
async function recordChoices(
  tx: Tx,
  contactId: ContactId,
  phone: string,
  choices: { optedIn?: boolean | undefined; smsOptedIn?: boolean | undefined },
  by: Actor,
): Promise<void> {
  const channels = [
    ["sms", choices.smsOptedIn],
    ["whatsapp", choices.optedIn],
  ] as const;
  for (const [channel, choice] of channels) {
    if (choice === undefined) continue;
    const act = {
      channel,
      address: phone,
      sender: null,
      contactId,
      messageId: null,
      proof: null,
      disclosure: null,
      by,
      source: by.type === "member" ? ("member" as const) : ("api" as const),
    };
    if (choice) await give(tx, { ...act, action: "opt_in" });
    else await withdraw(tx, { ...act, action: "opt_out" });
  }
}
