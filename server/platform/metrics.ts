/** Numbers for Prometheus. Labels hold codes and names of routes, never a person's data. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "parley_" });
  const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  return {
    registry,
    requests: new Histogram({
      name: "parley_http_request_seconds",
      help: "Time to answer a request",
      labelNames: ["method", "route", "status"],
      buckets: seconds,
      registers,
    }),
    webhooks: new Counter({
      name: "parley_webhooks_total",
      help: "Webhooks by kind and what became of them",
      labelNames: ["kind", "outcome"],
      registers,
    }),
    handedOver: new Counter({
      name: "parley_messages_handed_over_total",
      help: "Attempts to hand a message to the provider",
      labelNames: ["outcome"],
      registers,
    }),
    turns: new Counter({
      name: "parley_agent_turns_total",
      help: "Turns of agents by outcome",
      labelNames: ["outcome"],
      registers,
    }),
    inFlight: new Gauge({ name: "parley_messages_in_flight", help: "Messages between claim and answer", registers }),
  };
}
