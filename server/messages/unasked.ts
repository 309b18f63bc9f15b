/**
 * What nobody asked for (automated and marketing messages) waits for the recipient's daytime and for room under the caps.
 * It fails closed: where Parley can't tell, nothing leaves.
 */

import type { ChannelName } from "../../contract/channels.ts";
import type { CappedKind } from "../../contract/consent.ts";
import type { ContactId, MessageId } from "../../contract/ids.ts";
import { hintsIn, type QuietHours, quietHoursFor, sayClosed, sendingRulesOf } from "../consent/consent.ts";
import { attributesOf } from "../contacts/contacts.ts";
import type { View } from "../platform/db/handles.ts";
import { type Cap, capsFor, type Leaving, LONGEST_CAP_MS, roomFrom } from "./caps.ts";
import type { Objection } from "./objection.ts";
import { leavingsTo } from "./queries.ts";

export interface Unasked {
  kind: CappedKind;
  channel: ChannelName;
  address: string;
  contactId: ContactId | null;
  /** A message that stands already and is judged again does not count against itself. */
  except?: MessageId | undefined;
  at: Date;
}

type Known = Extract<QuietHours, { known: true }>;

export async function objectionsToUnasked(view: View, asked: Unasked): Promise<Objection[]> {
  const { address, at, channel, except, kind } = asked;
  const since = new Date(at.getTime() - LONGEST_CAP_MS);
  const leavings = await leavingsTo(view, { channel, addressHash: view.hashOf(channel, address), since, except });
  try {
    const rules = await sendingRulesOf(view);
    const quiet = await quietHoursOf(view, asked);
    if (!quiet.known) return [UNKNOWN_AREA];
    return waits(at, quiet, capsFor(kind, rules.caps, quiet.caps), leavings);
  } catch (error) {
    if (!isRuleTrouble(error)) throw error; // the database is away: the caller's transaction ends, and nothing leaves
    return [RULES_UNREADABLE];
  }
}

/** Until when what the gate has just allowed may leave: a queue can be long, and the day where they are ends. */
export async function allowedUntil(view: View, asked: Pick<Unasked, "address" | "contactId" | "at">): Promise<Date> {
  const quiet = await quietHoursOf(view, asked);
  return quiet.known ? quiet.allowedUntil(asked.at) : asked.at;
}

async function quietHoursOf(view: View, { address, contactId }: Pick<Unasked, "address" | "contactId">) {
  const attributes = contactId ? await attributesOf(view, contactId) : {};
  return quietHoursFor(address, hintsIn(attributes), (await sendingRulesOf(view)).quietHours);
}

/** A rule, a stored setting or a time zone that can't be read; never a trouble of the database. */
const isRuleTrouble = (error: unknown) =>
  error instanceof RangeError || error instanceof TypeError || (error instanceof Error && error.name === "ZodError");

const UNKNOWN_AREA: Objection = {
  effect: "refuse",
  code: "unknown_area",
  message:
    "Parley can't tell where this number is, so it can't tell when it is night there. Set the contact's attribute timeZone, such as America/Chicago, and send it again.",
};

const RULES_UNREADABLE: Objection = {
  effect: "refuse",
  code: "rules_unreadable",
  message:
    "The rules for quiet hours and limits can't be read, so nothing is sent that nobody asked for. Set them anew under Settings, Consent.",
};

const NO_TIME: Objection = {
  effect: "refuse",
  code: "no_allowed_time",
  message:
    "Your quiet hours and those of the places where this person may be leave no time within 30 days. Widen yours under Settings, Consent.",
};

function waits(at: Date, quiet: Known, caps: readonly Cap[], leavings: readonly Leaving[]): Objection[] {
  const closed = quiet.closedAt(at);
  const full = caps.filter((cap) => roomFrom(at, cap, leavings) > at);
  if (closed.length === 0 && full.length === 0) return [];
  const until = firstMoment(at, quiet, caps, leavings);
  if (!until) return [NO_TIME];
  const [first] = closed;
  return [
    ...(first
      ? [
          {
            effect: "hold",
            code: "quiet_hours",
            until,
            message: `Not now: ${sayClosed(at, first)}. It waits.`,
          } as const,
        ]
      : []),
    ...full.map(
      ({ words }) =>
        ({
          effect: "hold",
          code: "frequency_cap",
          until,
          message: `They have had enough: ${words}. It waits.`,
        }) as const,
    ),
  ];
}

/** The first moment that is in everybody's hours and under every cap. */
function firstMoment(at: Date, quiet: Known, caps: readonly Cap[], leavings: readonly Leaving[]): Date | null {
  for (let moment = at; ; ) {
    const open = quiet.firstOpen(moment);
    if (!open || open.getTime() - at.getTime() > 30 * 24 * 60 * 60 * 1000) return null;
    const room = caps.reduce((latest, cap) => {
      const from = roomFrom(open, cap, leavings);
      return from > latest ? from : latest;
    }, open);
    if (room.getTime() === open.getTime()) return open;
    moment = room;
  }
}
