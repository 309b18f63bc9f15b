/** The answers to attempts, written down together: one statement for all that came while the last one ran. */
import type { Reason } from "../../contract/messages.ts";
import type { SendAnswer, Sender } from "../channels/channels.ts";
import type { Database } from "../platform/db/database.ts";
import type { Live } from "../platform/db/live.ts";
import { isAway } from "../platform/db/pool.ts";
import type { Log } from "../platform/log.ts";
import type { World } from "../platform/world.ts";
import type { Claimed } from "./claim.ts";
import { adoptBlock } from "./delivery.ts";

export interface AnswerParts {
  database: Database;
  live: Live;
  world: World;
  log: Log;
}

const BACKOFF_MS = 1000;
const BACKOFF_AT_MOST_MS = 60_000;
/** However long the provider asks to wait: after that it is asked again. */
const PAUSE_AT_MOST_MS = 10 * 60_000;
const RECORD_TRIES = 50;

/** It did not leave, as it came to the door too late: it goes back into the queue, and through the claim again. */
export const TOO_LATE = { outcome: "too_late" } as const;
type Answer = SendAnswer | typeof TOO_LATE;

interface Given {
  claimed: Claimed;
  answer: Answer;
  done: () => void;
}

export interface Answers {
  /** Resolves once the answer is durable, or given up: then the provider's list will explain the attempt. */
  record(claimed: Claimed, answer: Answer): Promise<void>;
}

/** The answers of one sender. */
export function collectAnswers({ database, live, world, log }: AnswerParts, sender: Sender): Answers {
  const { connection, workspace } = sender;
  let waiting: Given[] = [];
  let writing = false;
  let troubles = 0;

  /** When a sender tries again that was told to slow down, found the provider away, or came too late itself: doubling, with jitter. */
  function pauseFor(answers: readonly Answer[], now: Date): Date | null {
    const stopped = answers.filter(({ outcome }) => ["limited", "not_sent", "too_late"].includes(outcome));
    if (stopped.length === 0) {
      if (answers.some((each) => each.outcome === "accepted")) troubles = 0;
      return null;
    }
    const backoff = Math.min(BACKOFF_MS * 2 ** troubles, BACKOFF_AT_MOST_MS) * (0.5 + world.chance() / 2);
    troubles = Math.min(troubles + 1, 16);
    const asked = stopped.map((each) => (each.outcome === "limited" ? (each.retryAfterMs ?? 0) : 0));
    return new Date(now.getTime() + Math.min(Math.max(backoff, ...asked), PAUSE_AT_MOST_MS));
  }

  async function write(batch: readonly Given[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const now = world.now();
      const pause = pauseFor(
        batch.map((each) => each.answer),
        now,
      );
      const answers = batch.map(({ claimed, answer }) => ({
        message: claimed.messageId,
        attempt: claimed.attemptId,
        event: world.id("dlv"),
        dueAt: pause,
        ...columnsOf(answer),
      }));
      try {
        // A block first: what else waits for that person must not be tried before it stands.
        for (const { claimed, answer } of batch)
          if (answer.outcome === "refused" && answer.blocked)
            await adoptBlock(database, workspace.id, claimed.messageId);
        const { seq } = await database.ground.one<{ seq: number | null }>(
          "select record_answers($1, $2, $3, $4, $5) as seq",
          [workspace.id, connection.id, JSON.stringify(answers), pause, now],
        );
        if (seq !== null) live.publish(workspace.id, seq);
        return;
      } catch (error) {
        if (!isAway(error) || attempt === RECORD_TRIES) throw error;
        await world.sleep(200);
      }
    }
  }

  /** One answer that can't be recorded, such as an id of the provider's that another attempt has, takes no other with it. */
  async function writeOrLeave(batch: readonly Given[]): Promise<void> {
    try {
      await write(batch);
    } catch (error) {
      if (batch.length > 1 && !isAway(error)) for (const given of batch) await writeOrLeave([given]);
      else
        log.error(
          { error, count: batch.length },
          "answers to attempts could not be recorded; the provider's list will explain them",
        );
    }
  }

  async function flush(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await writeOrLeave(batch);
      for (const { done } of batch) done();
    }
    writing = false;
  }

  return {
    record: (claimed, answer) =>
      new Promise((done) => {
        waiting.push({ claimed, answer, done });
        if (!writing) void flush();
      }),
  };
}

function columnsOf(answer: Answer): {
  outcome: string;
  sid: string | null;
  code: string | null;
  status: string | null;
  reason: Reason | null;
} {
  switch (answer.outcome) {
    case "accepted":
      return {
        outcome: "accepted",
        sid: answer.providerSid,
        code: answer.providerCode,
        status: answer.status,
        reason: null,
      };
    case "refused":
      return { outcome: "refused", sid: null, code: answer.providerCode, status: null, reason: answer.reason };
    case "limited":
      return {
        outcome: "limited",
        sid: null,
        code: answer.providerCode,
        status: null,
        reason: {
          code: "provider_busy",
          message: "The provider asked us to slow down. The message leaves as soon as it lets us.",
        },
      };
    case "not_sent":
      return {
        outcome: "not_sent",
        sid: null,
        code: null,
        status: null,
        reason: {
          code: "provider_unreachable",
          message: "The provider can't be reached at the moment. The message leaves as soon as it can.",
        },
      };
    case "too_late":
      return { outcome: "not_sent", sid: null, code: null, status: null, reason: null };
    case "unknown":
      return { outcome: "unknown", sid: null, code: null, status: null, reason: null };
  }
}
