/** What the house does by itself, in the roles `all` and `worker`: sending, asking the provider, agents' turns, and tidying up. */
import { forgetOldSignIns } from "./accounts/sign-in/store.ts";
import { startTurns } from "./agents/agents.ts";
import type { ActivationParts } from "./channels/activations/act.ts";
import { startActivations } from "./channels/activations/activations.ts";
import { type HealthLaneParts, startHealth } from "./channels/health/health.ts";
import type { SmsRequestParts } from "./channels/sms-requests/act.ts";
import { startSmsRequests } from "./channels/sms-requests/requests.ts";
import { startCallEnds } from "./channels/voice/ends.ts";
import { startWaking } from "./conversations/conversations.ts";
import { startMediaFetching } from "./media/fetch-media.ts";
import { pruneUploads } from "./media/media.ts";
import { type DispatcherParts, startDispatcher } from "./messages/dispatcher.ts";
import { type PollingParts, startDeliveryPolling } from "./messages/poll-deliveries.ts";
import { type ReconcilerParts, startReconciler } from "./messages/reconciler.ts";
import { startRelease } from "./messages/release.ts";
import { startResolver } from "./messages/resolve-unknown.ts";
import { createSendLocks } from "./messages/send-locks.ts";
import { startSilence } from "./messages/silence.ts";
import type { ConnectionSettings } from "./platform/db/pool.ts";
import { startStatistics } from "./platform/db/statistics.ts";
import { forgetOldKeys } from "./platform/http/idempotency.ts";
import { startJobs } from "./platform/jobs.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export type WorkerParts = Omit<DispatcherParts, "locks"> &
  PollingParts &
  ReconcilerParts &
  ActivationParts &
  SmsRequestParts &
  HealthLaneParts;

/** Starts all of it. */
export async function startWorker(
  connection: ConnectionSettings,
  parts: WorkerParts,
): Promise<{ stop(): Promise<unknown> }> {
  const { database, world, log } = parts;
  const { ground } = database;
  const sending = { ...parts, locks: createSendLocks(connection) };
  const loops = [
    startDispatcher(sending),
    startRelease(sending),
    startResolver(sending),
    startReconciler(sending),
    startDeliveryPolling(sending),
    startMediaFetching(sending),
    startTurns(parts),
    startActivations(parts),
    startSmsRequests(parts),
    startCallEnds({ database, world, log }),
    startHealth(parts),
    startStatistics({ ground, world, log }),
    startWaking({ database, world, log }),
    startSilence({ database, world, log }),
  ];
  const stop = () => Promise.all(loops.map((each) => each.stop()));
  const forget = async () => {
    await ground.rows(forgetOldKeys, [new Date(world.now().getTime() - DAY_MS)]);
  };
  const jobs = [
    { name: "forget-idempotency-keys", cron: "17 * * * *", run: forget },
    { name: "forget-sign-ins", cron: "27 * * * *", run: () => forgetOldSignIns(ground) },
    { name: "forget-uploads", cron: "37 * * * *", run: () => pruneUploads(database) },
  ];
  try {
    const timetable = await startJobs(connection, jobs, log);
    return { stop: () => Promise.all([timetable.stop(), stop()]) };
  } catch (error) {
    await stop();
    throw error;
  }
}
