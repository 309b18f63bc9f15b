/** Callers of the API who do not give up: the same key until there is an answer. */
import { setTimeout as pause } from "node:timers/promises";
import type { Send } from "../acts.ts";
import type { Business, Reply } from "../site.ts";
import type { RealSite } from "./site.ts";

const AGAIN_MS = 200;

async function ask(site: RealSite, business: Business, path: string, body: unknown, key: string): Promise<Reply> {
  for (;;) {
    const reply = await site.call(business, "POST", path, body, key).catch(() => null);
    if (reply && reply.status < 500) return reply;
    await pause(AGAIN_MS);
  }
}

/** Opens a conversation with somebody, from one of the business's numbers; answers its id. */
export async function open(site: RealSite, business: Business, phone: string, number = 0): Promise<string> {
  const body = { phone, channel: "sms", connectionId: business.connectionIds[number] };
  const { status, body: answer } = await ask(site, business, "/api/conversations", body, `with ${phone}`);
  if (!answer.id) throw new Error(`no conversation: ${status} ${JSON.stringify(answer)}`);
  return answer.id;
}

/** Writes into a conversation, and notes in `sends` what was promised. `content` is unlike any other. */
export async function write(
  site: RealSite,
  sends: Send[],
  { business, phone, content, conversation }: Omit<Send, "answer"> & { conversation: string },
): Promise<void> {
  const send: Send = { business, phone, content, answer: null };
  sends.push(send);
  send.answer = await ask(site, business, `/api/conversations/${conversation}/messages`, { content }, content);
}
