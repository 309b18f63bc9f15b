/**
 * The load generator, a process of its own: posts one round of webhooks with so many in flight and prints how it went.
 * Requests are made before the clock starts and go over plain sockets, so that it takes little of the machine it measures.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { type Round, requestBytes, type Signer } from "./webhooks.ts";

export interface LoadJob {
  url: string;
  signer: Signer;
  round: Round;
  inFlight: number;
}

export interface LoadAnswer {
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** How many requests got each status; 0: no answer. */
  statuses: Record<string, number>;
}

const ANSWER_TIMEOUT_MS = 20_000;

const { url, signer, round, inFlight } = JSON.parse(await text(process.stdin)) as LoadJob;
const target = new URL(url);
const requests = Array.from({ length: round.count }, (_, n) => requestBytes(target, signer, round, n));

/** Reads one answer whole and gives its status. */
function answerOn(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let received = "";
    const settle = (act: () => void) => {
      socket.off("data", read).off("close", broken).off("timeout", broken);
      act();
    };
    const read = (chunk: Buffer) => {
      received += chunk.toString("latin1");
      const end = received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received.slice(0, end))?.[1] ?? 0);
      if (received.length >= end + 4 + length) settle(() => resolve(Number(received.slice(9, 12))));
    };
    const broken = () => settle(() => reject(new Error("no answer")));
    socket.on("data", read).on("close", broken).on("timeout", broken);
  });
}

async function connected(): Promise<Socket> {
  const socket = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
  socket.setTimeout(ANSWER_TIMEOUT_MS);
  await once(socket, "connect");
  return socket.on("error", () => {}); // `close` follows
}

const latencies: number[] = [];
const statuses: Record<string, number> = {};
let next = 0;

/** One kept connection that asks as soon as it was answered. */
async function ask(first: Socket): Promise<void> {
  let socket = first;
  for (let request = requests[next++]; request; request = requests[next++]) {
    const startedAt = performance.now();
    let status = 0;
    try {
      if (socket.destroyed) socket = await connected();
      const answer = answerOn(socket);
      socket.write(request);
      status = await answer;
    } catch {
      socket.destroy();
    }
    latencies.push(performance.now() - startedAt);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  socket.destroy();
}

const sockets = await Promise.all(Array.from({ length: inFlight }, connected));
const startedAt = performance.now();
await Promise.all(sockets.map(ask));
const seconds = (performance.now() - startedAt) / 1000;

latencies.sort((a, b) => a - b);
const quantile = (q: number) => latencies[Math.floor(latencies.length * q)] ?? 0;
const answer: LoadAnswer = { seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99), statuses };
process.stdout.write(JSON.stringify(answer));
