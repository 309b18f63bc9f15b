/** Lives the sample's stories through the doors that everybody uses, at the times at which they are said to have happened. */

import type { Actor } from "../../contract/accounts.ts";
import type { AgentId, ConversationId, MemberId, MessageId } from "../../contract/ids.ts";
import type { Reason } from "../../contract/messages.ts";
import { countSegments } from "../../contract/segments.ts";
import { resolveAgent, takeTurn } from "../agents/agents.ts";
import type { SendAnswer, Sender, StatusReport } from "../channels/channels.ts";
import { withdraw } from "../consent/consent.ts";
import { contactByAddress } from "../contacts/contacts.ts";
import {
  addNote,
  applyBulk,
  BURST_PAUSE_MS,
  changeConversation,
  claimTurns,
  openConversation,
} from "../conversations/conversations.ts";
import {
  claim,
  collectAnswers,
  createTakeIn,
  dueLanes,
  receive,
  recordDelivery,
  type SendLocks,
  send,
} from "../messages/messages.ts";
import type { Database } from "../platform/db/database.ts";
import { quietLive } from "../platform/db/whole.ts";
import { few } from "../platform/few.ts";
import type { Log } from "../platform/log.ts";
import type { Secrets } from "../platform/secrets.ts";
import { daysBefore, type Past } from "./past.ts";
import type { Colleague, Fate, Line, Story } from "./sample/script.ts";
import { lastConversationWith } from "./store.ts";

export interface ReplayParts {
  database: Database;
  past: Past;
  secrets: Secrets;
  log: Log;
  /** The present. */
  now: Date;
  timeZone: string;
  senders: Record<Story["line"], Sender>;
  colleagues: Record<Colleague, Actor & { id: MemberId }>;
  /** What the provider is like: how it explains a failure, and which keywords it answers itself. */
  habits: { explain: (code: string) => Reason; answersByDefault: (content: string) => boolean };
  phoneOf: (who: string) => string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ACCEPTED_MS = 180;
const SENT_MS = 700;
const DELIVERED_MS = 1900;
const CLAIM_MS = 60_000;

/** The booking page is a program of the studio's own. */
const BOOKINGS: Actor = { type: "api", id: null, name: "Booking page" };
/** Nobody else sends in the past, so every lock is free. */
const freeLocks: SendLocks = {
  take: async (addresses) => addresses.map(() => true),
  release: async () => {},
  stop: async () => {},
};

/** Puts every line of the stories on the agenda of the past; answers and deliveries follow when it is relived. */
export function planStories(parts: ReplayParts, stories: readonly Story[]): void {
  const { database, past, secrets, log, now, timeZone, senders, colleagues, habits, phoneOf } = parts;
  const { world } = past;
  const takeIn = createTakeIn({ database, live: quietLive, world }, few(1));
  const fates = new Map<MessageId, Fate>();
  const after = (ms: number, act: () => Promise<unknown>) => past.at(new Date(world.now().getTime() + ms), act);
  const sid = (prefix: string) => prefix + world.bytes(16).toString("hex");

  function plan({ who, start, line, lines }: Story): void {
    let at =
      "days" in start
        ? daysBefore(now, start.days, start.time, timeZone).getTime()
        : now.getTime() - start.minutesAgo * MINUTE_MS;
    lines.forEach((each, index) => {
      // People write at odd seconds; the first line stands where the story begins.
      at += index === 0 ? 0 : each.minutes * MINUTE_MS + ((index * 17 + who.length * 7) % 50) * 1000;
      past.at(new Date(at), () => live(senders[line], phoneOf(who), each));
    });
  }

  async function live(sender: Sender, phone: string, line: Line): Promise<void> {
    const { id: workspaceId } = sender.workspace;
    if (line.act === "they") return hear(sender, phone, line.text);
    await database.tx(workspaceId, async (tx) => {
      const known = await contactByAddress(tx, "sms", phone);
      if (!known) throw new Error(`the sample writes to ${phone}, whom nobody knows`);
      const by = line.act === "bookings" ? BOOKINGS : colleagues[line.by];
      const to = { ...known, channel: "sms" as const, connectionId: sender.connection.id, address: phone };
      const writes = line.act === "we" || line.act === "bookings" || line.act === "later";
      const last = await lastConversationWith(tx, known.contactId);
      const id: ConversationId =
        last && (last.status !== "RESOLVED" || !writes) ? last.id : (await openConversation(tx, to, by)).id;
      const patch = (change: Parameters<typeof changeConversation>[2]) =>
        changeConversation(tx, id, change, resolveAgent, by);
      const markRead = () => applyBulk(tx, { ids: [id], action: "mark_read" }, resolveAgent, by);

      switch (line.act) {
        case "we":
        case "bookings":
        case "later": {
          const sent = await send(tx, {
            conversationId: id,
            content: line.text,
            by,
            connectionId: sender.connection.id,
            ...(line.act === "bookings" ? { kind: "automated" } : {}),
            ...(line.act === "later" ? { sendAt: new Date(now.getTime() + line.hours * HOUR_MS) } : {}),
          });
          if (sent.outcome === "refused") throw new Error(`the sample may not send "${line.text}": ${sent.detail}`);
          if (line.act !== "later") fates.set(sent.message.id, line.fate);
          after(0, handOver);
          return;
        }
        case "opt_out":
          await withdraw(tx, {
            ...{ channel: "sms", address: phone, action: "opt_out", source: "member", sender: null },
            ...{ contactId: known.contactId, messageId: null, proof: line.proof, disclosure: null, by },
          });
          return;
        case "note":
          await addNote(tx, id, line.text, by);
          return;
        case "assign":
          return patch({ assigneeId: colleagues[line.to].id });
        case "resolve":
          await markRead();
          return patch({ status: "RESOLVED" });
        case "star":
          return patch({ starred: true });
        case "archive":
          return patch({ archived: true });
        case "tag":
          return patch({ tags: line.tags });
        case "hand_back":
          await patch({ agentId: agentOf(sender) });
          after(0, answer);
          return;
        case "read":
          await markRead();
          return;
      }
    });
  }

  function agentOf({ connection }: Sender): AgentId {
    if (!connection.agentId) throw new Error("the sample hands back to nobody");
    return connection.agentId;
  }

  async function hear(sender: Sender, phone: string, content: string): Promise<void> {
    const text = {
      providerSid: sid("SM"),
      accountSid: sender.credentials.accountSid,
      messagingServiceSid: null,
      from: phone,
      to: sender.connection.phoneNumber ?? "",
      content,
      media: [],
      segments: countSegments(content).segments,
      providerAnswers: habits.answersByDefault(content) ? ("by_default" as const) : ("no" as const),
    };
    await receive({ database, live: quietLive, world, takeIn }, text, sender);
    after(0, handOver); // our notice, where the provider does not answer a keyword
    after(BURST_PAUSE_MS, answer);
  }

  /** Whoever's turn it is by now takes it. */
  async function answer(): Promise<void> {
    for (const turn of await claimTurns(database.ground, 10, CLAIM_MS)) await takeTurn(database, secrets, turn);
    after(0, handOver);
  }

  /** What may leave now leaves, and its delivery is reported. */
  async function handOver(): Promise<void> {
    for (const { connectionId, dueAt } of await dueLanes(database, 10)) {
      if (dueAt > now) continue; // scheduled: still to come
      if (dueAt > world.now()) {
        past.at(dueAt, handOver);
        continue;
      }
      const sender = Object.values(senders).find((each) => each.connection.id === connectionId);
      if (!sender) continue;
      const answers = collectAnswers({ database, live: quietLive, world, log }, sender);
      for (const claimed of await claim({ database, live: quietLive, locks: freeLocks }, sender, 10)) {
        const fate = fates.get(claimed.messageId) ?? "delivered";
        const providerSid = sid("SM");
        after(ACCEPTED_MS + 1, handOver); // what waited behind it
        after(ACCEPTED_MS, () => answers.record(claimed, answerFor(fate, providerSid, habits)));
        for (const { ms, ...report } of reportsOf(fate, habits))
          after(ms, () =>
            recordDelivery(
              { database, live: quietLive },
              claimed.messageId,
              { ...report, accountSid: sender.credentials.accountSid, providerSid, blocked: false },
              [sender],
              "callback",
            ),
          );
      }
    }
  }

  for (const each of stories) plan(each);
}

function answerFor(fate: Fate, providerSid: string, { explain }: ReplayParts["habits"]): SendAnswer {
  if (fate !== "delivered" && fate.status === "refused")
    return { outcome: "refused", providerCode: fate.code, reason: explain(fate.code), blocked: false };
  return { outcome: "accepted", providerSid, status: "accepted", providerCode: null };
}

type Report = Pick<StatusReport, "status" | "providerCode" | "reason"> & { ms: number };

function reportsOf(fate: Fate, { explain }: ReplayParts["habits"]): Report[] {
  const sent: Report = { ms: SENT_MS, status: "sent", providerCode: null, reason: null };
  if (fate === "delivered") return [sent, { ms: DELIVERED_MS, status: "delivered", providerCode: null, reason: null }];
  if (fate.status === "refused") return [];
  if (fate.status === "sent") return [sent];
  return [sent, { ms: DELIVERED_MS, status: fate.status, providerCode: fate.code, reason: explain(fate.code) }];
}
