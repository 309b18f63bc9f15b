/** Node's HTTP client and server, wrapped: each request waits for its turn, each answer for its place. */
import { channel } from "node:diagnostics_channel";
import http from "node:http";
import type { Turnstile } from "./turnstile.ts";

/** A request that was let through, until its answer is told. */
export interface Exchange {
  label: string;
  request: http.ClientRequest;
  /** From the house to the provider. */
  outgoing: boolean;
  state: "going" | "in hand" | "coming";
}

/** A request of the house that reached the provider: what was in it, and when the house let go of it. */
export interface Departure {
  body: string;
  at: Date;
}

const EXCHANGE = "x-torture-exchange";

/**
 * @param isForProvider whether a host is the provider's
 * @param house ends with the house that speaks at the moment
 */
export function wrapHttp(
  turnstile: Turnstile,
  isForProvider: (host: string) => boolean,
  house: () => AbortSignal,
  now: () => Date,
) {
  const departures: Departure[] = [];
  const onTheWire = new Map<string, Exchange>();

  const ask = http.ClientRequest.prototype.end;
  http.ClientRequest.prototype.end = function (this: http.ClientRequest, ...args: unknown[]) {
    const id = String(turnstile.begin());
    const outgoing = isForProvider(String(this.getHeader("host")));
    const label = `${this.method} ${this.path.replace(/[0-9a-f]{16,}/g, "…").replace(/\?.*/, "")}`;
    const signal = house();
    const departure = { body: args[0] instanceof Uint8Array ? Buffer.from(args[0]).toString() : "", at: now() };
    this.setHeader(EXCHANGE, id);
    this.once("close", () => {
      onTheWire.delete(id);
      turnstile.stir();
    });
    void turnstile.park(label, outgoing ? "outgoing" : "incoming").then(() => {
      if (outgoing && signal.aborted) return;
      if (this.destroyed) return;
      if (outgoing) departures.push(departure);
      onTheWire.set(id, { label, request: this, outgoing, state: "going" });
      ask.apply(this, args as Parameters<typeof ask>);
    });
    return this;
  } as typeof ask;

  const answer = http.ServerResponse.prototype.end;
  http.ServerResponse.prototype.end = function (this: http.ServerResponse, ...args: unknown[]) {
    const id = Number(this.req.headers[EXCHANGE]);
    void turnstile.comesToItsEnd(id).then(() => answer.apply(this, args as Parameters<typeof answer>));
    return this;
  } as typeof answer;

  const becomes = (id: string, state: Exchange["state"]) => {
    const exchange = onTheWire.get(id);
    if (exchange) exchange.state = state;
    turnstile.stir();
  };
  const arrives = (message: unknown) => {
    const { request, response } = message as { request: http.IncomingMessage; response: http.ServerResponse };
    const id = String(request.headers[EXCHANGE]);
    if (Number(request.headers["content-length"] ?? 0) > 0) request.once("end", () => becomes(id, "in hand"));
    else becomes(id, "in hand");
    response.once("finish", () => becomes(id, "coming"));
    response.once("close", () => becomes(id, "coming"));
  };
  channel("http.server.request.start").subscribe(arrives);

  return {
    exchanges: (): Exchange[] => [...onTheWire.values()],
    /** Those since this was last asked. */
    departures: (): Departure[] => departures.splice(0),
    unwrap() {
      http.ClientRequest.prototype.end = ask;
      http.ServerResponse.prototype.end = answer;
      channel("http.server.request.start").unsubscribe(arrives);
    },
  };
}
