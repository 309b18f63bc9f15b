/** HTTP of the contacts room. */
import { z } from "zod";
import { ConsentEvent, ImportQuery, ImportReport, NewConsent } from "../../contract/consent.ts";
import { Contact, ContactPatch, ContactsQuery, NewContact } from "../../contract/contacts.ts";
import { idOf } from "../../contract/ids.ts";
import { pageOf, pagingBy } from "../../contract/paging.ts";
import { type Route, reads, worksOff, writes } from "../platform/http/route.ts";
import { consentHistory, eraseContact, recordConsent } from "./consent-of-contact.ts";
import { changeContact, createContact, listContacts, readContact } from "./contacts.ts";
import { importSuppressions, MAX_LIST_BYTES } from "./import-suppressions.ts";

const contactId = z.strictObject({ id: idOf("con") });

const create = (path: "/api/contacts" | "/api/whatsapp-api/contacts", summary: string): Route =>
  writes({
    method: "POST",
    path,
    summary,
    permission: "contacts.write",
    status: 201,
    body: NewContact,
    answer: Contact,
    handle: (tx, { body, caller }) => createContact(tx, body, caller.actor),
  });

export const contactRoutes: Route[] = [
  reads({
    path: "/api/contacts",
    summary: "Contacts, newest first",
    permission: "contacts.read",
    query: ContactsQuery,
    answer: pageOf(Contact),
    handle: (view, { query }) => listContacts(view, query),
  }),
  create("/api/contacts", "Add a contact"),
  create("/api/whatsapp-api/contacts", "Add a contact (the path that older integrations know)"),
  reads({
    path: "/api/contacts/:id",
    summary: "One contact",
    permission: "contacts.read",
    params: contactId,
    answer: Contact,
    handle: (view, { params }) => readContact(view, params.id),
  }),
  writes({
    method: "PATCH",
    path: "/api/contacts/:id",
    summary: "Change a contact",
    permission: "contacts.write",
    params: contactId,
    body: ContactPatch,
    answer: Contact,
    handle: (tx, { params, body, caller }) => changeContact(tx, params.id, body, caller.actor),
  }),
  writes({
    method: "DELETE",
    path: "/api/contacts/:id",
    summary: "Erase a person; an opt-out outlives them",
    permission: "contacts.erase",
    params: contactId,
    answer: null,
    async handle(tx, { params, caller }) {
      await eraseContact(tx, params.id, caller);
      return undefined;
    },
  }),
  reads({
    path: "/api/contacts/:id/consent",
    summary: "A contact's consent history, newest first",
    permission: "contacts.read",
    params: contactId,
    query: z.strictObject(pagingBy(/^[1-9]\d{0,14}$/)),
    answer: pageOf(ConsentEvent),
    handle: (view, { params, query }) => consentHistory(view, params.id, query),
  }),
  writes({
    method: "POST",
    path: "/api/contacts/:id/consent",
    summary: "Record an opt-in or opt-out",
    permission: "consent.record",
    status: 201,
    params: contactId,
    body: NewConsent,
    answer: ConsentEvent,
    handle: (tx, { params, body, caller }) => recordConsent(tx, params.id, body, caller),
  }),
  worksOff({
    path: "/api/consent/suppressions/import",
    summary: "Take in a list of opt-outs: CSV with a column phone, or NDJSON; the body is the file",
    permission: "contacts.import",
    query: ImportQuery,
    answer: ImportReport,
    maxBytes: MAX_LIST_BYTES,
    handle: (database, { query, body, caller }) =>
      importSuppressions(database, { file: body, name: query.name ?? null, dryRun: query.dryRun }, caller),
  }),
];
