/** People: how they are reached, and what they allowed. */
import { z } from "zod";
import { ChannelName } from "./channels.ts";
import { idOf } from "./ids.ts";
import { nameUpTo } from "./names.ts";
import { pagingById } from "./paging.ts";
import { Phone, QueryPhone } from "./phone.ts";

export const Tag = nameUpTo(60);
export const Attributes = z.record(z.string().min(1).max(60), z.json());

export const Contact = z.object({
  id: idOf("con"),
  phone: z.string().nullable(),
  addresses: z.array(z.object({ channel: ChannelName, address: z.string() })),
  suppressions: z.array(
    z.object({
      channel: ChannelName,
      address: z.string(),
      sender: z.string(),
      source: z.string(),
      at: z.iso.datetime(),
    }),
  ),
  name: z.string().nullable(),
  email: z.string().nullable(),
  tags: z.array(z.string()),
  attributes: z.record(z.string(), z.json()),
  optedIn: z.boolean().nullable(),
  optInSource: z.string().nullable(),
  optInProof: z.string().nullable(),
  smsOptedIn: z.boolean().nullable(),
  smsOptOutDate: z.iso.datetime().nullable(),
  language: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Contact = z.infer<typeof Contact>;

export const ContactSummary = z.object({ id: idOf("con"), name: z.string().nullable(), phone: z.string().nullable() });

const Name = nameUpTo(200);
const Language = z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/, "must be a language such as en or en-GB");

export const NewContact = z.strictObject({
  phone: Phone,
  name: Name.optional(),
  email: z.email().optional(),
  tags: z.array(Tag).max(100).optional(),
  optedIn: z.boolean().optional(),
  smsOptedIn: z.boolean().optional(),
  attributes: Attributes.optional(),
  language: Language.optional(),
});
export type NewContact = z.infer<typeof NewContact>;

export const ContactPatch = z
  .strictObject({
    name: Name.nullable(),
    email: z.email().nullable(),
    tags: z.array(Tag).max(100),
    attributes: Attributes,
    optedIn: z.boolean(),
    smsOptedIn: z.boolean(),
    language: Language.nullable(),
  })
  .partial();
export type ContactPatch = z.infer<typeof ContactPatch>;

export const ContactsQuery = z.strictObject({
  phone: QueryPhone.optional(),
  q: z.string().trim().min(1).max(200).optional(),
  tag: Tag.optional(),
  ...pagingById("con"),
});
export type ContactsQuery = z.infer<typeof ContactsQuery>;
