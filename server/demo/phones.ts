/** The customers' phones: the simulator beside us, which knows after each start what it knew before. */
import type { DemoFault } from "../../contract/demo.ts";
import type { FaultRule, OutcomeRule } from "../../simulator/faults.ts";
import type { PhoneSends, TextResult } from "../../simulator/inbound.ts";
import type { PhoneText } from "../../simulator/model.ts";
import { type ConnectionRow, inboundUrl, type SimulatedAccount } from "../channels/channels.ts";
import type { World } from "../platform/world.ts";

export interface Phones {
  /** Where the simulator serves the simulated accounts. */
  readonly url: string;
  readonly openedAt: Date;
  /** What is on a phone since this start, oldest first. */
  textsOn(number: string): PhoneText[];
  /** Texts as a customer does; answers when the webhook has been answered. */
  text(sends: PhoneSends): Promise<TextResult>;
  fault(): DemoFault;
  play(fault: DemoFault): void;
  stop(): Promise<void>;
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
  const simulator = await startSimulator({ clock: { now: world.now, sleep } });
  const numbers: ConnectionRow[] = [];
  for (const { credentials, friendlyName, connections } of accounts) {
    const { accountSid, authToken } = credentials;
    // Its pictures are looked at by a browser, which has no credentials for them.
    simulator.createAccount({ sid: accountSid, authToken, friendlyName, mediaAuth: false });
    for (const row of connections) {
      if (row.phoneNumber === null) continue;
      simulator.addNumber({ accountSid, phoneNumber: row.phoneNumber, sid: row.providerNumberSid });
      numbers.push(row);
    }
  }
  // A STOP of long ago reaches nobody again: the numbers have no webhook yet.
  for (const { phone, sender } of stopped) await simulator.text({ from: phone, to: sender, body: "STOP" });
  const before = new Map(stopped.map(({ phone }) => [phone, simulator.phone(phone).texts.length]));
  // Where we are reached may have changed since the number was connected.
  for (const { phoneNumber } of numbers)
    if (phoneNumber !== null) simulator.updateNumber(phoneNumber, { smsUrl: inboundUrl(publicUrl) });

  let fault: DemoFault = "none";
  return {
    url: simulator.url,
    openedAt: world.now(),
    textsOn: (number) => simulator.phone(number).texts.slice(before.get(number) ?? 0),
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
