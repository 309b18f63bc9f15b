/** The sentences of stories about the demo: its sample studio, and the phones of its customers. */
import { expect } from "vitest";
import type { Contact } from "../../contract/contacts.ts";
import type { Conversation } from "../../contract/conversations.ts";
import type { DemoPhoneTexts } from "../../contract/demo.ts";
import type { Api } from "./api.ts";
import { inSession } from "./people.ts";
import { asOwner } from "./sql.ts";
import { foundTown, type Town } from "./town.ts";

/** Without an owner of its own: whoever starts it wants to look. */
const NOBODY = { PARLEY_ADMIN_EMAIL: "", PARLEY_ADMIN_PASSWORD: "", PARLEY_API_KEY: "" };
export const MAYA = "+18285550101";
export const GRACE = "+18285550108";
export const STUDIO = "+18285550142";

/** A town whose house is a demo. @param env settings over those of the town */
export const foundDemo = (env: Record<string, string> = {}): Promise<Town> =>
  foundTown({ ...NOBODY, PARLEY_DEMO: "1", ...env });

/** Signs in without a password, as the demo's page does. */
export async function walkIn(town: Town): Promise<Api> {
  const answer = await town.as(null).post("/api/demo/sign-in");
  expect(answer.status).toBe(204);
  const cookie = answer.headers.getSetCookie().map((each) => each.split(";")[0]);
  return inSession(town, cookie.join("; "));
}

/** The path of a customer's phone. */
export const phone = (number: string) => `/api/demo/phones/${encodeURIComponent(number)}`;

/** The items of a list, as its schema (which the server checks in tests) says they are. */
export async function items<T>(api: Api, path: string): Promise<T[]> {
  const { status, body } = await api.get(path);
  expect(status, path).toBe(200);
  return body.items as T[];
}

/** What a customer's phone shows, oldest first. */
export const textsOn = (api: Api, number: string) => items<DemoPhoneTexts["items"][number]>(api, phone(number));

export const contactOf = async (api: Api, number: string) =>
  (await items<Contact>(api, `/api/contacts?phone=${encodeURIComponent(number)}`))[0];

export async function newestConversationWith(api: Api, number: string): Promise<Conversation | undefined> {
  const contact = await contactOf(api, number);
  return (await items<Conversation>(api, `/api/conversations?contactId=${contact?.id}`))[0];
}

/** A customer texts the studio from their phone. */
export const text = (town: Town, api: Api, from: string, body: string) =>
  town.passing(api.post(`${phone(from)}/texts`, { body }));

/** How much there is of what the sample holds. */
export const sizes = (town: Town) =>
  asOwner(
    town,
    `select (select count(*)::int from accounts) as accounts, (select count(*)::int from members) as members,
       (select count(*)::int from contacts) as contacts, (select count(*)::int from conversations) as conversations,
       (select count(*)::int from messages) as messages, (select count(*)::int from passages) as passages,
       (select count(*)::int from consent_events) as consent`,
  );
