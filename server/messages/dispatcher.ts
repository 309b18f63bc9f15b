/** The dispatcher: hands what may leave now to the provider, one attempt each, and writes down what came of it. */
import type { ConnectionId } from "../../contract/ids.ts";
import {
  canSend,
  type Directory,
  isPolled,
  type SendAnswer,
  type Sender,
  type SmsProvider,
  senderRef,
  statusCallbackUrl,
} from "../channels/channels.ts";
import type { MediaLinks } from "../media/media.ts";
import { type Lane, startLane } from "../platform/lanes.ts";
import type { Metrics } from "../platform/metrics.ts";
import { type AnswerParts, type Answers, collectAnswers, TOO_LATE } from "./answers.ts";
import { AHEAD_MS, type Claimed, claim, dueLanes, restLane } from "./claim.ts";
import { createDepartures, type Departures } from "./departures.ts";
import { LATE_MS, type SendLocks } from "./send-locks.ts";

export interface DispatcherParts extends AnswerParts {
  directory: Directory;
  provider: SmsProvider;
  locks: SendLocks;
  metrics: Metrics;
  publicUrl: string;
  /** Where the provider of real accounts is. */
  providerUrl: string;
  /** By which the provider fetches files of ours. */
  links: MediaLinks;
}

/** The news that something waits to be sent. */
export const SENDING_NEWS = "sending";

const MAX_IN_FLIGHT = 64;
const MAX_LANES = 32;
const IDLE_MS = 1000;

export function startDispatcher(parts: DispatcherParts): Lane {
  const { database, directory, live, locks, log, metrics, world } = parts;
  const flights = new Set<Promise<void>>();
  const answersOf = new Map<ConnectionId, Answers>();
  const departuresOf = new Map<ConnectionId, Departures>();

  async function step(): Promise<Date | "now" | null> {
    if (flights.size >= MAX_IN_FLIGHT) {
      await Promise.race(flights);
      return "now";
    }
    const lanes = await dueLanes(database, MAX_LANES);
    const soon = world.now().getTime() + AHEAD_MS;
    let launched = 0;
    for (const { connectionId, dueAt } of lanes) {
      if (dueAt.getTime() > soon || flights.size >= MAX_IN_FLIGHT) break;
      const sender = await directory.sender(connectionId);
      if (!sender || !canSend(sender.connection)) {
        await restLane(database, connectionId);
        continue;
      }
      for (const claimed of await claim(parts, sender, MAX_IN_FLIGHT - flights.size)) {
        launch(sender, claimed);
        launched++;
      }
    }
    if (launched > 0) return "now";
    const [first] = lanes;
    if (!first) return null;
    return new Date(Math.max(first.dueAt.getTime() - AHEAD_MS, world.now().getTime() + 10));
  }

  function launch(sender: Sender, claimed: Claimed): void {
    const answers = answersOf.get(sender.connection.id) ?? collectAnswers(parts, sender);
    answersOf.set(sender.connection.id, answers);
    const departures = departuresOf.get(sender.connection.id) ?? createDepartures(world);
    departuresOf.set(sender.connection.id, departures);
    metrics.inFlight.inc();
    const flight = fly(sender, claimed, departures, answers)
      .catch((error) => log.error({ error, messageId: claimed.messageId }, "a send ended without an answer on record"))
      .finally(() => {
        flights.delete(flight);
        metrics.inFlight.dec();
        lane.wake(); // its conversation's next message may leave now
      });
    flights.add(flight);
  }

  async function fly(sender: Sender, claimed: Claimed, departures: Departures, answers: Answers): Promise<void> {
    try {
      const ms = claimed.slotAt.getTime() - world.now().getTime();
      if (ms > 0) await world.sleep(Math.min(ms, AHEAD_MS)); // more it is only where the clock was put back
      await departures.wait(claimed.segments, sender.connection.mps);
      // A process that was asleep for a while may find that others have explained its attempt, or that a STOP has come.
      const late = world.now().getTime() > claimed.slotAt.getTime() + LATE_MS;
      const answer = late ? TOO_LATE : await handOver(sender, claimed);
      metrics.handedOver.inc({ outcome: answer.outcome });
      await answers.record(claimed, answer);
    } finally {
      await locks.release([claimed.lock]);
    }
  }

  function handOver({ connection, credentials, workspace }: Sender, claimed: Claimed): Promise<SendAnswer> {
    const polled = isPolled(credentials, parts.publicUrl, parts.providerUrl);
    return parts.provider.send(database.outside, credentials, {
      to: claimed.to,
      from: senderRef(connection),
      content: claimed.content,
      mediaUrls: claimed.media.map((each) => parts.links.urlFor(workspace.id, each)),
      statusCallback: polled ? null : statusCallbackUrl(parts.publicUrl, claimed.messageId),
    });
  }

  const lane = startLane("sending", { world, log, idleMs: IDLE_MS, step });
  const unsubscribe = live.onNews(SENDING_NEWS, lane.wake);
  return {
    wake: lane.wake,
    async stop() {
      unsubscribe();
      await lane.stop();
      await Promise.all(flights);
      await locks.stop();
    },
  };
}
