/** What our own messages say of a connection's health: carriers' words on it, and how many were not delivered. */
import type { FindingCode } from "../../../contract/channel-health.ts";
import type { ConnectionId } from "../../../contract/ids.ts";
import type { View } from "../../platform/db/handles.ts";
import type { Found } from "./findings.ts";

/** How the texts fared that a connection sent since some time: asked of the messages' room, which stands above this one. */
export interface RecentSends {
  /** Those that came to an end, or at least to the carrier. */
  sent: number;
  /** Of these, what the provider or a carrier did not deliver, for a reason that is not the recipient's opt-out. */
  failed: number;
  /** How often each of the provider's codes was the reason, the most frequent first. */
  codes: ReadonlyArray<{ providerCode: string; count: number }>;
}
export type ReadRecentSends = (view: View, id: ConnectionId, since: Date) => Promise<RecentSends>;

/** Carriers' and the provider's words on the sender itself: one such text is enough. */
const SAID_OF_SENDER: Readonly<Record<string, FindingCode>> = {
  "30034": "not_registered_10dlc",
  "30035": "number_being_configured",
  "30032": "toll_free_not_verified",
  "30033": "campaign_suspended",
  "21729": "campaign_suspended",
  "21731": "campaign_suspended",
  "30037": "sending_disabled",
};

/** A day has every hour in it: a carrier's bad night passes out of it, and who writes twice a week is judged by few texts. */
export const RECENT_MS = 24 * 60 * 60_000;
/** Below so many, a few numbers that are out of use look like an illness. */
const FEW = 20;
/** Old lists lose up to a tenth to dead numbers and landlines; a quarter is the sender's or the content's fault. */
const BAD_SHARE = 0.25;
/** It is over only clearly below where it began, so that it does not come and go with every text. */
const FINE_SHARE = 0.15;

/** @param before what was found last time, of the same connection */
export function foundIn({ sent, failed, codes }: RecentSends, before: readonly Found[]): Found[] {
  const known = new Map<FindingCode, Found>();
  for (const { providerCode } of codes) {
    const code = SAID_OF_SENDER[providerCode];
    // One finding a kind: where several codes say the same, the one that was known.
    if (code)
      known.set(code, before.find((each) => each.code === code) ?? known.get(code) ?? { code, detail: providerCode });
  }
  const failing = before.find((each) => each.code === "sends_failing");
  if (sent >= FEW && failed / sent > (failing ? FINE_SHARE : BAD_SHARE))
    known.set("sends_failing", failing ?? { code: "sends_failing", detail: codes[0]?.providerCode ?? null });
  return [...known.values()];
}
