/** The sentences that stories are made of. */
import { createHash } from "node:crypto";
import type { ConsentEvent } from "../../contract/consent.ts";
import type { Contact } from "../../contract/contacts.ts";
import type { Conversation } from "../../contract/conversations.ts";
import type { Message, MessageWithEvents } from "../../contract/messages.ts";
import type { RequestEntry } from "../../simulator/journal.ts";
import type { Answer } from "./api.ts";
import { asOwner } from "./sql.ts";
import { DANA, type Town } from "./town.ts";

/** The items of a list, as its schema (which the server checks in tests) says they are. */
export async function listed<T>(town: Town, path: string): Promise<T[]> {
  const { status, body } = await town.api.get(path);
  if (status !== 200 || !body.items) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
  return body.items as T[];
}

export async function findContact(town: Town, phone: string): Promise<Contact | null> {
  return (await listed<Contact>(town, `/api/contacts?phone=${encodeURIComponent(phone)}`))[0] ?? null;
}

export async function contactOf(town: Town, phone: string): Promise<Contact> {
  const contact = await findContact(town, phone);
  if (!contact) throw new Error(`nobody is known by ${phone}`);
  return contact;
}

/** The consent of a person as the ledger has it, oldest first. */
export async function consentOf(town: Town, phone: string): Promise<ConsentEvent[]> {
  const { id } = await contactOf(town, phone);
  return (await listed<ConsentEvent>(town, `/api/contacts/${id}/consent`)).reverse();
}

/** The conversation with a person that moved last. */
export async function conversationWith(town: Town, phone: string): Promise<Conversation> {
  const { id } = await contactOf(town, phone);
  const [conversation] = await listed<Conversation>(town, `/api/conversations?contactId=${id}`);
  if (!conversation) throw new Error(`no conversation with ${phone}`);
  return conversation;
}

/** What was said with a person in that conversation, oldest first. */
export async function thread(town: Town, phone: string): Promise<Message[]> {
  const { id } = await conversationWith(town, phone);
  return (await listed<Message>(town, `/api/conversations/${id}/messages?limit=200`)).reverse();
}

/** Opens a conversation with somebody, or finds the open one. */
export async function openWith(town: Town, phone: string, more: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await town.api.post("/api/conversations", { phone, channel: "sms", ...more });
  if (status >= 300 || !body.id) throw new Error(`no conversation: ${JSON.stringify(body)}`);
  return body.id;
}

/** The business writes to somebody; fails unless the call is taken. */
export async function write(
  town: Town,
  content: string,
  { to = DANA, in: conversation, ...more }: { to?: string; in?: string; [field: string]: unknown } = {},
): Promise<Message> {
  const answer = await ask(town, content, { to, in: conversation, ...more });
  if (answer.status !== 201) throw new Error(`not taken: ${JSON.stringify(answer.body)}`);
  return answer.body as unknown as Message;
}

/** The same, whatever the answer is. */
export async function ask(
  town: Town,
  content: string,
  { to = DANA, in: conversation, ...more }: { to?: string; in?: string | undefined; [field: string]: unknown } = {},
): Promise<Answer> {
  return town.api.post(`/api/conversations/${conversation ?? (await openWith(town, to))}/messages`, {
    content,
    ...more,
  });
}

export async function readMessage(town: Town, id: string): Promise<MessageWithEvents> {
  return (await town.api.get(`/api/messages/${id}`)).body as unknown as MessageWithEvents;
}

/** Lets time pass until a message has one of these states. */
export const untilStatus = (town: Town, { id }: { id: string }, ...states: Message["status"][]) =>
  town.until(`the message is ${states.join(" or ")}`, async () => {
    const message = await readMessage(town, id);
    return states.includes(message.status) && message;
  });

/** Lets so much time pass, in which everything that is due happens. */
export const wait = (town: Town, ms: number): Promise<void> => town.passing(town.clock.sleep(ms));

/** Lets a long time pass at once, as on a machine that slept, and then what is due by then happen. */
export async function leap(town: Town, ms: number): Promise<void> {
  town.clock.advance(ms);
  await wait(town, 2000);
}

/** What reached the provider's door for a phone (or all), oldest first: requests to send, refused ones too. */
export const sendRequests = (town: Town, to?: string): RequestEntry[] =>
  town.simulator
    .requests(to === undefined ? {} : { to })
    .filter((each) => each.method === "POST" && each.path.endsWith("/Messages.json"));

/** The words that a phone has received, oldest first; without what the provider says by itself. */
export const heard = (town: Town, phone: string): string[] =>
  town
    .received(phone)
    .filter((each) => !each.automatic)
    .map((each) => each.body);

/** A fingerprint of every row of the tables that hold what people said and did. */
export async function everythingStored(town: Town): Promise<string> {
  const tables = [
    ...["contacts", "contact_addresses", "conversations", "messages", "attempts", "delivery_events"],
    ...["consent_events", "consent_states", "suppressions", "events"],
  ];
  const hash = createHash("sha256");
  for (const table of tables) {
    const [row] = await asOwner(town, `select string_agg(t::text, E'\\n' order by t::text) as all from ${table} t`);
    hash.update(`${table}\n${row?.all ?? ""}\n`);
  }
  return hash.digest("hex");
}

/** A customer nobody has met yet. */
export function newcomer(): string {
  newcomers += 1;
  return `+1628555${String(newcomers).padStart(4, "0")}`;
}
let newcomers = 0;

/** Sets how many segments a second a sender may send. */
export const setPace = (town: Town, channel: { id: string }, mps: number): Promise<Answer> =>
  town.api.patch(`/api/channels/${channel.id}`, { mps });
