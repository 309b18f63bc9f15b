/**
 * One process of the house, in the role that its environment says. As server/main.ts builds it, but on a clock that its
 * parent can make leap, and gone at once when the parent is.
 */
import { randomBytes } from "node:crypto";
import { flushCompileCache } from "node:module";
import { buildHouse } from "../../../server/app.ts";
import { readConfig } from "../../../server/platform/config.ts";
import { createLog } from "../../../server/platform/log.ts";
import { idMaker } from "../../../server/platform/world.ts";
import { leapingClock } from "./clock.ts";

process.on("disconnect", () => process.exit(1));
const clock = leapingClock(Number(process.env.TORTURE_AHEAD_MS));
process.on("message", (ms) => {
  clock.leap(Number(ms));
  process.send?.("leapt");
});

const config = readConfig(process.env);
const { now, sleep } = clock;
const { server } = await buildHouse({
  config,
  connection: { connectionString: config.databaseUrl ?? "" },
  secretKey: config.secretKey ?? Buffer.alloc(0),
  world: { now, sleep, bytes: randomBytes, chance: Math.random, id: idMaker(now, randomBytes) },
  log: createLog(config.logLevel),
  simulatorUrl: null,
});
await server?.listen({ host: config.host, port: config.port });
process.send?.("ready");
flushCompileCache();
