/** A wire to the provider on which one call can be held: as if whoever made it had died at that moment. */
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface Wire {
  url: string;
  /** Where it leads; nowhere before. */
  leadTo(url: string): void;
  /**
   * Holds the n-th call from now on, before it arrives or after it was done and before its answer is heard.
   * Resolves when that call is held.
   */
  hold(n: number, when: "before" | "after"): Promise<string>;
  /** Cuts what is held, so that whoever waited hears that the answer was lost; nothing is held any more. */
  cut(): void;
  stop(): Promise<void>;
}

/** @param counts which calls are counted, by their paths */
export async function layWire(counts: (path: string) => boolean): Promise<Wire> {
  let target = "";
  let plan: { left: number; when: "before" | "after"; held: (call: string) => void } | null = null;
  const held = new Set<ServerResponse>();

  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const mine = plan && counts(incoming.url ?? "") && --plan.left === 0 ? plan : null;
      if (mine) plan = null;
      const hold = () => {
        held.add(answer);
        mine?.held(`${incoming.method} ${incoming.url}`);
      };
      if (mine?.when === "before") hold();
      else forward(incoming, Buffer.concat(chunks), answer, mine ? hold : null);
    });
  });

  function forward(
    incoming: IncomingMessage,
    body: Buffer,
    answer: ServerResponse,
    instead: (() => void) | null,
  ): void {
    const { method, headers } = incoming;
    const going = ask(`${target}${incoming.url}`, { method, headers }, (came) => {
      const chunks: Buffer[] = [];
      came.on("data", (chunk: Buffer) => chunks.push(chunk));
      came.on("end", () => {
        if (instead) return instead();
        answer.writeHead(came.statusCode ?? 502, came.headers).end(Buffer.concat(chunks));
      });
    });
    going.on("error", () => answer.destroy());
    going.end(body);
  }

  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const cut = () => {
    plan = null;
    for (const each of held) each.destroy();
    held.clear();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    leadTo(url) {
      target = url;
    },
    hold: (n, when) =>
      new Promise((resolve) => {
        plan = { left: n, when, held: resolve };
      }),
    cut,
    async stop() {
      cut();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
