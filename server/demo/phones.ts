/** The customers' phones: the simulator beside us, which knows after each start what it knew before. */
import type { DemoFault, DemoText } from "../../contract/demo.ts";
import type { FaultRule, OutcomeRule } from "../../simulator/faults.ts";
import type { PhoneSends, TextResult } from "../../simulator/inbound.ts";
import type { WebhookEntry } from "../../simulator/journal.ts";
import type { Media, PhoneText } from "../../simulator/model.ts";
import { inboundUrl, type SimulatedAccount } from "../channels/channels.ts";
import type { World } from "../platform/world.ts";

export interface Phones {
  /** Where the simulator serves the simulated accounts. */
  readonly url: string;
  readonly openedAt: Date;
  /** What is on a phone since this start, oldest first. */
  textsOn(number: string): TextOnPhone[];
  /** A picture of one of those texts; null where there is none. */
  picture(messageSid: string, mediaSid: string): Media | null;
  /** Texts as a customer does; answers when the webhook has been answered. */
  text(sends: PhoneSends): Promise<TextResult>;
  fault(): DemoFault;
  play(fault: DemoFault): void;
  stop(): Promise<void>;
}

export interface TextOnPhone extends Omit<PhoneText, "mediaSids"> {
  media: Array<Pick<Media, "sid" | "contentType">>;
  delivery: DemoText["delivery"];
}

interface PhonesParts {
  accounts: readonly SimulatedAccount[];
  /** Who has told which of the numbers to stop. */
  stopped: ReadonlyArray<{ phone: string; sender: string }>;
  world: World;
  publicUrl: string;
}

const UNREACHABLE = 30003;
const SLOW_MS = 3000;
/** Short enough to be waited for, long enough to see the papers under review. */
const REVIEW_MS = 20_000;
const SENDING = { method: "POST", path: "/Messages.json" };
const FAULTS: Record<DemoFault, { faults: FaultRule[]; outcomes: OutcomeRule[] }> = {
  none: { faults: [], outcomes: [] },
  delay: { faults: [{ kind: "latency", ms: SLOW_MS, match: SENDING }], outcomes: [] },
  failure: { faults: [], outcomes: [{ status: "undelivered", errorCode: UNREACHABLE }] },
  lost_answer: { faults: [{ kind: "reset_after", match: SENDING }], outcomes: [] },
};

/** Starts a simulator on a free port of this machine and gives it the accounts, numbers and blocks that it had. */
export async function openPhones({ accounts, stopped, world, publicUrl }: PhonesParts): Promise<Phones> {
  const { startSimulator } = await import("../../simulator/simulator.ts");
  // Its sleepers, unlike ours, hear of an abort by a rejection.
  const sleep = async (ms: number, signal?: AbortSignal) => {
    await world.sleep(ms, signal);
    signal?.throwIfAborted();
  };
  const simulator = await startSimulator({ clock: { now: world.now, sleep }, reviewsAfterMs: REVIEW_MS });
  for (const { credentials, friendlyName, connections } of accounts) {
    const { accountSid, authToken } = credentials;
    simulator.createAccount({ sid: accountSid, authToken, friendlyName });
    for (const row of connections) {
      if (row.phoneNumber === null) continue;
      const { phoneNumber, providerNumberSid: sid } = row;
      // Where we are reached may have changed since the number was connected.
      simulator.addNumber({ accountSid, phoneNumber, sid, smsUrl: inboundUrl(publicUrl) });
    }
  }
  for (const { phone, sender } of stopped) simulator.optOut(sender, phone);

  function textsOn(number: string): TextOnPhone[] {
    const hooks = simulator.webhooks({ from: number }).filter((each) => each.kind === "inbound");
    const hookOf = new Map(hooks.map((each) => [each.messageSid, each]));
    return simulator.phone(number).texts.map(({ mediaSids, ...text }) => ({
      ...text,
      media: mediaSids.flatMap((sid) => (text.messageSid && simulator.picture(text.messageSid, sid)) || []),
      delivery: text.direction === "received" ? "delivered" : deliveryOf(hookOf.get(text.messageSid ?? "")),
    }));
  }

  let fault: DemoFault = "none";
  return {
    url: simulator.url,
    openedAt: world.now(),
    textsOn,
    picture: simulator.picture,
    text: simulator.text,
    fault: () => fault,
    play(next) {
      fault = next;
      simulator.clearFaults();
      simulator.clearOutcomes();
      simulator.addFaults(FAULTS[next].faults);
      simulator.addOutcomes(FAULTS[next].outcomes);
    },
    stop: simulator.stop,
  };
}

/** What the phone's owner may believe: taken is what the webhook has answered well. */
function deliveryOf(hook: WebhookEntry | undefined): DemoText["delivery"] {
  if (hook?.outcome === "answered") return "delivered";
  return hook?.outcome === "pending" ? "pending" : "failed";
}
