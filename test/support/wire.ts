/** A wire to the provider on which calls can be held: as if whoever made one had died at that moment. */
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface Wire {
  url: string;
  /** Where it leads; nowhere before. */
  leadTo(url: string): void;
  /**
   * Holds the n-th call from now on, before it arrives or after it was done and before its answer is heard.
   * Resolves when that call is held.
   * @param of whose calls are counted, by the account that makes them; left out, everybody's
   */
  hold(n: number, when: "before" | "after", of?: HeldOf): Promise<string>;
  /** Every answer that came over it, oldest first: "200 POST /path". */
  answers: readonly string[];
  /** Cuts what is held, so that whoever waited hears that the answer was lost; nothing is held any more. */
  cut(): void;
  stop(): Promise<void>;
}

export interface HeldOf {
  isMine(accountSid: string): boolean;
  /** Told when whoever made the call waits no longer for its answer. */
  leaves?(): void;
}

interface Plan extends HeldOf {
  left: number;
  when: "before" | "after";
  held(call: string): void;
}

const EVERYBODY: HeldOf = { isMine: () => true };

/** By whose credentials a call is made. */
const callerOf = ({ headers: { authorization = "" } }: IncomingMessage): string =>
  Buffer.from(authorization.replace(/^Basic /, ""), "base64")
    .toString()
    .split(":")[0] ?? "";

/** @param counts which calls are counted, by their paths */
export async function layWire(counts: (path: string) => boolean): Promise<Wire> {
  let target = "";
  const plans = new Set<Plan>();
  const held = new Set<ServerResponse>();
  const answers: string[] = [];

  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const mine = counts(incoming.url ?? "") ? planOf(callerOf(incoming)) : null;
      const hold = () => {
        held.add(answer);
        answer.once("close", () => mine?.leaves?.());
        mine?.held(`${incoming.method} ${incoming.url}`);
      };
      if (mine?.when === "before") hold();
      else forward(incoming, Buffer.concat(chunks), answer, mine ? hold : null);
    });
  });

  /** The plan whose call this is; every plan counts its own. */
  function planOf(accountSid: string): Plan | null {
    const [due] = [...plans].filter((plan) => plan.isMine(accountSid) && --plan.left === 0);
    if (due) plans.delete(due);
    return due ?? null;
  }

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
        answers.push(`${came.statusCode} ${method} ${incoming.url}`);
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
    plans.clear();
    for (const each of held) each.destroy();
    held.clear();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    leadTo(url) {
      target = url;
    },
    hold: (n, when, of = EVERYBODY) =>
      new Promise((resolve) => {
        plans.add({ ...of, left: n, when, held: resolve });
      }),
    answers,
    cut,
    async stop() {
      cut();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
