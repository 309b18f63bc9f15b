/** What the measurements share: one data directory, one provider, and the product on them, started when first asked for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runJob } from "./child.ts";
import type { LoadAnswer, LoadJob } from "./load.ts";
import { freePort, type Product, startProduct } from "./product.ts";
import { type Provider, startProvider } from "./provider.ts";
import type { Round } from "./webhooks.ts";

export interface Channel {
  id: string;
}

export interface Stage {
  provider(): Promise<Provider>;
  product(): Promise<Product>;
  /** Stops the product and starts it again on the same data. */
  restarted(): Promise<Product>;
  /** How long the very first start took, which made the database. */
  firstStartMs(): Promise<number>;
  /** The connected number, without an agent. */
  channel(): Promise<Channel>;
  /** One round of webhooks against an address, in the load generator's own process. */
  load(url: string, round: Omit<Round, "to" | "number">): Promise<LoadAnswer & { number: number }>;
  /** Conversations to send in: `count` phones write once each. */
  conversations(count: number): Promise<Array<{ id: string; phone: string }>>;
  close(): Promise<void>;
}

export const IN_FLIGHT = 64;
export const inboundUrl = (product: Product) => `${product.url}/api/webhooks/twilio/sms`;

/** Makes a thing at its first use, once. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

export async function setStage(profileDir: string | null): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), "parley-bench-"));
  const port = await freePort();
  let running: Product | null = null;
  let simulator: Provider | null = null;
  let rounds = 0;

  const provider = once(async () => {
    simulator = await startProvider();
    return simulator;
  });
  const start = async () => {
    running = await startProduct({ dataDir, port, providerUrl: (await provider()).url, profileDir });
    return running;
  };
  const first = once(start);
  const stage: Stage = {
    provider,
    async product() {
      const earliest = await first();
      return running ?? earliest;
    },
    async restarted() {
      const product = await stage.product();
      await product.stop();
      return start();
    },
    firstStartMs: async () => (await first()).startedInMs,
    channel: once(async () => {
      const { account, number } = await provider();
      return (await stage.product()).api<Channel>("POST", "/api/channels/sms/connect", {
        ...account,
        phoneNumber: number,
      });
    }),
    async load(url, round) {
      const { account, number: to } = await provider();
      const number = ++rounds;
      const job: LoadJob = { url, signer: account, round: { ...round, number, to }, inFlight: IN_FLIGHT };
      return { ...(await runJob<LoadJob, LoadAnswer>("the load generator", "bench/load.ts", job)), number };
    },
    async conversations(count) {
      const product = await stage.product();
      await stage.channel();
      const { number } = await stage.load(inboundUrl(product), { count, senders: count });
      const found: Array<{ id: string; phone: string }> = [];
      let cursor = "";
      while (found.length < count) {
        // Newest activity first: those that have just written.
        const page = await product.api<{
          items: Array<{ id: string; contact: { phone: string } }>;
          nextCursor: string | null;
        }>("GET", `/api/conversations?limit=200${cursor}`);
        found.push(...page.items.map((each) => ({ id: each.id, phone: each.contact.phone })));
        if (page.nextCursor === null) break;
        cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
      }
      if (found.length < count)
        throw new Error(`round ${number} made ${found.length} conversations instead of ${count}`);
      return found.slice(0, count);
    },
    async close() {
      await running?.stop();
      await simulator?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return stage;
}
