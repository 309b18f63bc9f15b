/** The provider's side of the wire: the simulator in a process of its own, steered over HTTP. */
import { startNode } from "./child.ts";
import type { Signer } from "./webhooks.ts";

export interface Receipt {
  receivedAt: number;
  to: string;
  status: number;
}

export interface Provider {
  url: string;
  account: Signer;
  number: string;
  /** Where the log stands now: receipts after it are those of what follows. */
  mark(): Promise<number>;
  /** The sends that reached it since the mark, oldest first. */
  receipts(mark: number): Promise<Receipt[]>;
  /** How long after a send its status callbacks leave. */
  callBackAfter(ms: number): Promise<void>;
  stop(): Promise<void>;
}

interface LogEntry {
  seq: number;
  receivedAt: string;
  method: string;
  path: string;
  to: string | null;
  status: number | null;
}

export async function startProvider(): Promise<Provider> {
  const child = startNode("the simulator", "simulator/main.ts", { env: { PORT: "0" } });
  const [, url = ""] = await child.line(/at (http:\/\/\S+)/);
  async function ask<T>(path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/simulator${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
  const log = async (since: number) => (await ask<{ requests: LogEntry[] }>(`/log?since=${since}`)).requests;

  const { sid, authToken } = await ask<{ sid: string; authToken: string }>("/accounts", {
    friendlyName: "Bench",
    pacing: { mps: null },
  });
  const number = "+14155550177";
  await ask("/numbers", { accountSid: sid, phoneNumber: number });
  return {
    url,
    account: { accountSid: sid, authToken },
    number,
    mark: async () => (await log(0)).at(-1)?.seq ?? 0,
    async receipts(mark) {
      const sends = (await log(mark)).filter((each) => each.method === "POST" && each.path.endsWith("/Messages.json"));
      return sends
        .map((each) => ({ receivedAt: Date.parse(each.receivedAt), to: each.to ?? "", status: each.status ?? 0 }))
        .sort((a, b) => a.receivedAt - b.receivedAt);
    },
    callBackAfter: (ms) => ask(`/accounts/${sid}`, { pacing: { mps: null, sentAfterMs: ms, finalAfterMs: ms } }),
    stop: child.stop,
  };
}
