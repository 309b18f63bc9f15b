/** A message's states against a plain model of them: whatever happens, in whatever order, both say the same. */
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SYSTEM } from "../../contract/accounts.ts";
import type { ConversationId, WorkspaceId } from "../../contract/ids.ts";
import { openWith } from "../../test/support/story.ts";
import { foundTown, KILN, type Town } from "../../test/support/town.ts";
import { workspaceOf } from "../accounts/accounts.ts";
import { findConnection, type SendAnswer, type Sender } from "../channels/channels.ts";
import { give, withdraw } from "../consent/consent.ts";
import { quietLive } from "../platform/db/whole.ts";
import { Refusal } from "../platform/errors.ts";
import { createLog } from "../platform/log.ts";
import { type Answers, collectAnswers } from "./answers.ts";
import { type Claimed, claim } from "./claim.ts";
import { recordDelivery } from "./delivery.ts";
import { cancelMessage } from "./later.ts";
import { failWaiting } from "./messages.ts";
import { resend } from "./resend.ts";
import { send } from "./send.ts";
import { createSendLocks, type SendLocks } from "./send-locks.ts";

let town: Town;
let owner: pg.Client;
let locks: SendLocks;
let sender: Sender;
let answers: Answers;
beforeAll(async () => {
  town = await foundTown({ PARLEY_ROLE: "web" }); // nobody works off what is written here
  const { id } = await town.connect();
  const { body } = await town.api.get("/api/me");
  const { ground } = town.house.database;
  const workspace = await workspaceOf(ground, body.workspaceId as WorkspaceId);
  const connection = await findConnection(ground, workspace.id, id as `chn_${string}`);
  if (!connection) throw new Error("it was just connected");
  const { sid: accountSid, authToken } = town.twilio;
  sender = { connection, workspace, credentials: { accountSid, authToken, simulated: false } };
  locks = createSendLocks(town.connection);
  const { database } = town.house;
  answers = collectAnswers(
    { database, live: quietLive, world: database.outside.world, log: createLog("silent") },
    sender,
  );
  owner = new pg.Client(town.connection);
  await owner.connect();
});
afterAll(async () => {
  await locks.stop();
  await owner.end();
  await town.stop();
});

const FAILED = { code: "unreachable", message: "The phone is off." };

/** What may happen. `n` picks a message, or an attempt without an answer, whatever number there are. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      later: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("claim" as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      outcome: fc.constantFrom("accepted", "refused", "blocked", "limited", "not_sent", "unknown"),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("report" as const),
      n: fc.nat(20),
      status: fc.constantFrom("accepted", "sent", "undelivered", "failed", "canceled", "delivered", "read"),
      source: fc.constantFrom("callback", "list"),
    }),
  },
  fc.record({ do: fc.constantFrom("cancel" as const, "resend" as const), n: fc.nat(20) }),
  fc.record({ do: fc.constantFrom("stop" as const, "start" as const) }),
  fc.record({ do: fc.constant("disconnect" as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const RANKS = ["scheduled", "queued", "sending", "accepted", "sent", "ended", "delivered", "read"];
const ENDS = ["canceled", "suppressed", "failed", "undelivered"];
const rank = (status: string) => RANKS.indexOf(ENDS.includes(status) ? "ended" : status);

interface Modelled {
  id: `msg_${string}`;
  status: string;
  /** Of the newest attempt; null: there was none. */
  attempt: string | null;
  repeated: boolean;
}

/** One person's messages, oldest first, and what the provider was asked and has not answered. */
interface Model {
  conversation: ConversationId;
  phone: string;
  stopped: boolean;
  messages: Modelled[];
  unanswered: Claimed[];
}

const isWaiting = ({ status }: Modelled) => status === "queued" || status === "scheduled";
const tx = <T>(work: Parameters<typeof town.house.database.tx<T>>[1]) =>
  town.house.database.tx(sender.workspace.id, work);

function stopAll(model: Model): void {
  model.stopped = true;
  for (const each of model.messages) if (isWaiting(each)) each.status = "suppressed";
}

function add(model: Model, made: { outcome: string; message?: { id: string; status: string } }): void {
  if (made.message === undefined) {
    expect(made.outcome).toBe("refused");
    return;
  }
  if (model.stopped) expect(made.message.status).toBe("suppressed");
  const { id, status } = made.message;
  model.messages.push({ id: id as Modelled["id"], status, attempt: null, repeated: false });
}

const ANSWERS: Record<string, (sid: string) => SendAnswer> = {
  accepted: (providerSid) => ({ outcome: "accepted", providerSid, status: "accepted", providerCode: null }),
  refused: () => ({ outcome: "refused", providerCode: "21211", reason: FAILED, blocked: false }),
  blocked: () => ({ outcome: "refused", providerCode: "21610", reason: FAILED, blocked: true }),
  limited: () => ({ outcome: "limited", providerCode: "20429", retryAfterMs: null }),
  not_sent: () => ({ outcome: "not_sent" }),
  unknown: () => ({ outcome: "unknown" }),
};
const sidOf = (id: string) => `SM${id.slice(-32)}`;
const forward = (each: Modelled, status: string) => {
  if (rank(status) > rank(each.status)) each.status = status;
};

/** Does it to the house and to the model. */
async function take(model: Model, given: Step): Promise<void> {
  const { database } = town.house;
  const chosen = "n" in given ? model.messages[given.n % Math.max(model.messages.length, 1)] : undefined;
  const act = { channel: "sms", address: model.phone, source: "keyword", sender: KILN } as const;
  const nobody = { contactId: null, messageId: null, proof: null, disclosure: null, by: SYSTEM };
  switch (given.do) {
    case "write": {
      const sendAt = given.later ? new Date(town.clock.now().getTime() + 86_400_000) : undefined;
      const draft = { conversationId: model.conversation, content: "Your bowl is ready.", by: SYSTEM, sendAt };
      const made = await tx((handle) => send(handle, { ...draft, kind: "service" }));
      if (!model.stopped) expect(made.outcome).toBe(given.later ? "scheduled" : "queued");
      return add(model, made);
    }
    case "claim": {
      town.clock.advance(200_000); // whatever pause it was told is over
      const claimed = await claim({ database, live: quietLive, locks }, sender, 10);
      await locks.release(claimed.map((each) => each.lock));
      const first = model.messages.find(({ status }) => status === "queued" || status === "sending");
      const leaves = first?.status === "queued" && !model.stopped ? [first.id] : [];
      expect(claimed.map((each) => each.messageId)).toEqual(leaves);
      model.unanswered.push(...claimed);
      if (first?.status !== "queued") return;
      first.status = model.stopped ? "suppressed" : "sending";
      if (!model.stopped) first.attempt = "pending";
      return;
    }
    case "answer": {
      const claimed = model.unanswered.shift();
      const message = model.messages.find((each) => each.id === claimed?.messageId);
      const answer = ANSWERS[given.outcome]?.(sidOf(claimed?.messageId ?? ""));
      if (!claimed || !message || !answer) return;
      await answers.record(claimed, answer);
      if (given.outcome === "blocked") stopAll(model);
      if (message.attempt === "pending") message.attempt = answer.outcome;
      if (answer.outcome === "accepted") forward(message, "accepted");
      else if (message.status === "sending" && answer.outcome !== "unknown")
        message.status = answer.outcome === "refused" ? "failed" : "queued";
      return;
    }
    case "report": {
      // The provider speaks only of what it may have taken.
      if (!chosen?.attempt || chosen.attempt === "limited" || chosen.attempt === "not_sent") return;
      const { status, source } = given;
      const { accountSid } = sender.credentials;
      const facts = { accountSid, providerSid: sidOf(chosen.id), providerCode: null, reason: null, blocked: false };
      const placed = { database, live: quietLive };
      expect(await recordDelivery(placed, chosen.id, { ...facts, status }, [sender], source)).toBe(true);
      if (chosen.attempt !== "refused") chosen.attempt = "accepted";
      return forward(chosen, status);
    }
    case "cancel": {
      if (!chosen) return;
      const done = await tx((handle) => cancelMessage(handle, chosen.id, SYSTEM)).catch(asRefusal);
      expect(done instanceof Refusal).toBe(!isWaiting(chosen));
      if (isWaiting(chosen)) chosen.status = "canceled";
      return;
    }
    case "resend": {
      if (!chosen) return;
      const made = await tx((handle) => resend(handle, chosen.id, { by: SYSTEM })).catch(asRefusal);
      if (chosen.repeated) return expect(made).toMatchObject({ outcome: "repeated" });
      const may = chosen.status === "failed" || chosen.status === "undelivered";
      expect(made instanceof Refusal).toBe(!may);
      if (made instanceof Refusal) return;
      chosen.repeated = made.outcome !== "refused";
      return add(model, made);
    }
    case "stop":
      await tx((handle) => withdraw(handle, { ...act, ...nobody, action: "opt_out" }));
      return stopAll(model);
    case "start":
      await tx((handle) => give(handle, { ...act, ...nobody, action: "opt_in" }));
      model.stopped = false;
      return;
    case "disconnect":
      await tx((handle) => failWaiting(handle, sender.connection.id, SYSTEM));
      for (const each of model.messages) if (isWaiting(each) || each.status === "sending") each.status = "failed";
  }
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}

/** What the database shows: each message's state and its newest attempt, and how many of its attempts are open. */
async function shown({ conversation }: Model) {
  const { rows } = await owner.query<{ status: string; attempt: string | null; open: number }>(
    `select m.status, (select a.outcome from attempts a where a.message_id = m.id order by a.id desc limit 1) as attempt,
        (select count(*)::int from attempts a where a.message_id = m.id and a.outcome in ('pending', 'unknown')) as open
       from messages m where m.conversation_id = $1 order by m.id`,
    [conversation],
  );
  return rows;
}

let people = 0;

test("a message's state never goes back, whatever is done and reported in whatever order", async () => {
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
      const phone = `+1415555${String(4000 + ++people)}`;
      const conversation = (await openWith(town, phone)) as ConversationId;
      const model: Model = { conversation, phone, stopped: false, messages: [], unanswered: [] };
      for (const each of steps) {
        town.clock.advance(1000);
        const before = model.messages.map(({ status }) => status);
        await take(model, each);
        const now = await shown(model);
        expect(now.map(({ status, attempt }) => ({ status, attempt }))).toEqual(
          model.messages.map(({ status, attempt }) => ({ status, attempt })),
        );
        for (const [n, { status, open }] of now.entries()) {
          expect(open).toBeLessThanOrEqual(1);
          const was = before[n] ?? status;
          met.add(status);
          // The one way back is from `sending`: not taken, it waits again. What has ended gives way to its arrival alone.
          if (rank(status) < rank(was)) expect([was, status]).toEqual(["sending", "queued"]);
          if (ENDS.includes(was) && status !== was) expect(["delivered", "read"]).toContain(status);
          if (was === "suppressed") expect(status).toBe("suppressed");
        }
      }
      await tx((handle) => failWaiting(handle, sender.connection.id, SYSTEM)); // nothing of it is claimed by the next
    }),
    { numRuns: 30 },
  );
  expect(met.size, "the steps must reach most states for this to mean anything").toBeGreaterThan(6);
}, 60_000);

test("whose attempt was explained meanwhile says no more about the message: it is another attempt's by now", async () => {
  const phone = "+14155553999";
  const conversation = (await openWith(town, phone)) as ConversationId;
  await tx((handle) =>
    send(handle, { conversationId: conversation, content: "Your bowl is ready.", by: SYSTEM, kind: "service" }),
  );
  const claimNow = async () => {
    town.clock.advance(200_000);
    const [claimed] = await claim({ database: town.house.database, live: quietLive, locks }, sender, 1);
    if (!claimed) throw new Error("nothing was claimed");
    await locks.release([claimed.lock]);
    return claimed;
  };
  const first = await claimNow();
  // As the resolver does where the provider's list has not had it for long enough.
  await owner.query("update attempts set outcome = 'absent' where id = $1", [first.attemptId]);
  await owner.query("update messages set status = 'queued', due_at = $2 where id = $1", [
    first.messageId,
    town.clock.now(),
  ]);
  const second = await claimNow();
  const standing = async () =>
    (
      await owner.query(
        "select m.status, a.outcome from messages m join attempts a on a.message_id = m.id where a.id = $1",
        [second.attemptId],
      )
    ).rows[0];
  for (const outcome of ["not_sent", "limited", "refused"]) {
    const answer = ANSWERS[outcome]?.("");
    if (answer) await answers.record(first, answer);
    expect(await standing()).toEqual({ status: "sending", outcome: "pending" });
  }
  await answers.record(second, { outcome: "accepted", providerSid: "SM1", status: "accepted", providerCode: null });
  expect(await standing()).toEqual({ status: "accepted", outcome: "accepted" });
});
