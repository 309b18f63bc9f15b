/** How our messages fare where no status report can come: the provider is asked for each until it has come to its end. */
import type { MessageId } from "../../contract/ids.ts";
import { type Directory, isPolled, type Sender, type SmsProvider } from "../channels/channels.ts";
import { type Lane, startLane } from "../platform/lanes.ts";
import { tracks, withTracks } from "../platform/tracks.ts";
import type { AnswerParts } from "./answers.ts";
import { recordDelivery } from "./delivery.ts";
import { reportOf } from "./listed-report.ts";
import * as queries from "./queries.ts";

export interface PollingParts extends AnswerParts {
  directory: Directory;
  provider: SmsProvider;
  publicUrl: string;
  /** Where the provider of real accounts is. */
  providerUrl: string;
}

/** Product 3.3. */
const EVERY_MS = 15_000;
/** Longer than a message may wait in the provider's queue; what a carrier reports later still is not waited for. */
const ASKED_FOR_MS = 2 * 24 * 60 * 60_000;
const AT_ONCE = 4;
const EACH = 50;

/** The older a message, the less often it is asked for: half a minute more for each five minutes of its age. */
const pauseMs = (ageMs: number): number => Math.max(EVERY_MS, ageMs / 10);

export function startDeliveryPolling(parts: PollingParts): Lane {
  const { database, directory, log, world, publicUrl, providerUrl } = parts;
  const connections = tracks(AT_ONCE, (error) => {
    if (error) log.error({ error }, "the provider could not be asked how messages fare");
  });
  /** When a message is asked for again. After a start all are asked for at once, which does no harm. */
  const askedAgainAt = new Map<MessageId, number>();

  async function step(): Promise<null> {
    const now = world.now().getTime();
    for (const [id, at] of askedAgainAt) if (at < now - ASKED_FOR_MS) askedAgainAt.delete(id);
    for (const sender of await directory.senders())
      if (isPolled(sender.credentials, publicUrl, providerUrl))
        connections.start(sender.connection.id, () => askAfter(sender));
    return null;
  }

  async function askAfter(sender: Sender): Promise<void> {
    const { connection, workspace, credentials } = sender;
    const now = world.now().getTime();
    const open = await database.view(workspace.id, (view) =>
      queries.underWaySince(view, connection.id, new Date(now - ASKED_FOR_MS), 1000),
    );
    const due = open.filter(({ id }) => (askedAgainAt.get(id) ?? 0) <= now).slice(0, EACH);
    for (const message of due) {
      askedAgainAt.set(message.id, now + pauseMs(now - message.sentAt.getTime()));
      const found = await parts.provider.readSent(database.outside, credentials, message.providerSid);
      if (!found) return; // the provider can't be asked now: not for the others either
      const report = reportOf(found, credentials);
      if (report.status !== message.status) await recordDelivery(parts, message.id, report, [sender], "list");
    }
  }

  const lane = startLane("polling", { world, log, idleMs: EVERY_MS, step });
  return withTracks(lane, connections);
}
