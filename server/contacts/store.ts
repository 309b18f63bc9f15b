/** The contacts room's tables. */
import type { ChannelName } from "../../contract/channels.ts";
import type { Contact } from "../../contract/contacts.ts";
import type { ContactId } from "../../contract/ids.ts";
import type { Tx, View } from "../platform/db/handles.ts";

export interface ContactRow {
  id: ContactId;
  name: string | null;
  email: string | null;
  language: string | null;
  attributes: Contact["attributes"];
  createdAt: Date;
  updatedAt: Date;
}

export interface AddressRow {
  contactId: ContactId;
  channel: ChannelName;
  address: string;
  addressHash: string;
}

const CONTACT = `c.id, c.name, c.email, c.language, c.attributes, c.created_at as "createdAt", c.updated_at as "updatedAt"`;

export const contactsByIds = (view: View, ids: readonly ContactId[]) =>
  view.rows<ContactRow>(`select ${CONTACT} from contacts c where c.workspace_id = $1 and c.id = any($2)`, [
    view.workspaceId,
    ids,
  ]);

/** What the team wrote down of somebody under names of its own. */
export const attributesOf = async (view: View, id: ContactId): Promise<ContactRow["attributes"]> =>
  (await contactsByIds(view, [id]))[0]?.attributes ?? {};

export const lockContact = (tx: Tx, id: ContactId) =>
  tx.maybe<ContactRow>(`select ${CONTACT} from contacts c where c.workspace_id = $1 and c.id = $2 for update`, [
    tx.workspaceId,
    id,
  ]);

/** Holds an address to the end of the transaction, as receive_message does: one contact is made of it, whoever comes first. */
export const holdAddress = (tx: Tx, channel: ChannelName, address: string) =>
  tx.rows("select pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 2))", [
    tx.workspaceId,
    tx.hashOf(channel, address),
  ]);

export const contactByAddress = (view: View, channel: ChannelName, address: string) =>
  view.maybe<{ contactId: ContactId }>(
    `select contact_id as "contactId" from contact_addresses where workspace_id = $1 and channel = $2 and address = $3`,
    [view.workspaceId, channel, address],
  );

/** Who has which of these phone numbers. */
export const contactsAt = (view: View, phones: readonly string[]) =>
  view.rows<{ address: string; contactId: ContactId }>(
    `select address, contact_id as "contactId" from contact_addresses where workspace_id = $1 and channel = 'sms' and address = any($2)`,
    [view.workspaceId, phones],
  );

export const addressesOf = (view: View, ids: readonly ContactId[]) =>
  view.rows<AddressRow>(
    `select contact_id as "contactId", channel, address, address_hash as "addressHash" from contact_addresses
      where workspace_id = $1 and contact_id = any($2) order by created_at, channel, address`,
    [view.workspaceId, ids],
  );

export const tagsOf = (view: View, ids: readonly ContactId[]) =>
  view.rows<{ contactId: ContactId; tag: string }>(
    `select contact_id as "contactId", tag from contact_tags where workspace_id = $1 and contact_id = any($2) order by tag`,
    [view.workspaceId, ids],
  );

/** The ids of one page, newest first. Every filter is optional; `q` is a pattern for ilike. */
export const pageOfIds = (
  view: View,
  filter: { phone: string | null; pattern: string | null; tag: string | null; before: string | null; limit: number },
) =>
  view.rows<{ id: ContactId }>(
    `select c.id from contacts c
      where c.workspace_id = $1 and ($2::text is null or c.id < $2)
        and ($3::text is null or c.id in (select a.contact_id from contact_addresses a where a.workspace_id = $1 and a.address = $3))
        and ($4::text is null or c.id in (select search_contacts($1, $4, 5000)))
        and ($5::text is null or c.id in (select t.contact_id from contact_tags t where t.workspace_id = $1 and t.tag = $5))
      order by c.id desc limit $6`,
    [view.workspaceId, filter.before, filter.phone, filter.pattern, filter.tag, filter.limit],
  );

export const insertContact = (tx: Tx, row: Omit<ContactRow, "createdAt" | "updatedAt">) =>
  tx.rows(
    `insert into contacts (workspace_id, id, name, email, language, attributes, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [tx.workspaceId, row.id, row.name, row.email, row.language, JSON.stringify(row.attributes), tx.now],
  );

/** @returns whether the address was free */
export async function insertAddress(
  tx: Tx,
  contactId: ContactId,
  channel: ChannelName,
  address: string,
): Promise<boolean> {
  const made = await tx.maybe(
    `insert into contact_addresses (workspace_id, channel, address, contact_id, address_hash, created_at) values ($1, $2, $3, $4, $5, $6)
       on conflict do nothing returning 1`,
    [tx.workspaceId, channel, address, contactId, tx.hashOf(channel, address), tx.now],
  );
  return made !== null;
}

export const updateContact = (tx: Tx, row: ContactRow) =>
  tx.rows(
    "update contacts set name = $3, email = $4, language = $5, attributes = $6, updated_at = $7 where workspace_id = $1 and id = $2",
    [tx.workspaceId, row.id, row.name, row.email, row.language, JSON.stringify(row.attributes), tx.now],
  );

export async function replaceTags(tx: Tx, id: ContactId, tags: readonly string[]): Promise<void> {
  await tx.rows("delete from contact_tags where workspace_id = $1 and contact_id = $2", [tx.workspaceId, id]);
  await tx.rows(
    "insert into contact_tags (workspace_id, contact_id, tag) select distinct $1, $2, t from unnest($3::text[]) t",
    [tx.workspaceId, id, tags],
  );
}

/** Removes the person and all that was said; consent's own records stay, without their name. */
export const deleteContact = (tx: Tx, id: ContactId) =>
  tx.rows("delete from contacts where workspace_id = $1 and id = $2", [tx.workspaceId, id]);
