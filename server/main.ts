/** The front door: reads the environment, starts the database and the house, and closes both when told to. */
import { join } from "node:path";
import { buildHouse, type House } from "./app.ts";
import { type Config, ConfigError, readConfig } from "./platform/config.ts";
import { createLog } from "./platform/log.ts";
import { startPostgres } from "./platform/postgres/postgres.ts";
import { PostgresRefused } from "./platform/postgres/refusal.ts";
import { secretKeyIn } from "./platform/secret-key.ts";
import { realWorld } from "./platform/world.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const startedAt = performance.now();
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const world = realWorld();
  const secretKey = config.secretKey ?? (await secretKeyIn(config.dataDir, world.bytes));
  const postgres = config.databaseUrl ? null : await startPostgres({ dataDir: join(config.dataDir, "postgres") });
  const connection = config.databaseUrl ? { connectionString: config.databaseUrl } : postgres?.connection;
  if (!connection) throw new Error("no database");

  let house: House | null = null;
  let stopping: Promise<void> | null = null;
  const stop = (code: number) => {
    stopping ??= (async () => {
      await house?.stop();
      await postgres?.stop();
      process.exitCode = code;
    })();
    return stopping;
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1); // asked twice: at once, then
      void stop(0);
    });
  }
  void postgres?.exited.then((end) => {
    if (end.stopped) return;
    process.stderr.write(`The database ended by itself.\n${end.log}\n`);
    process.exit(1); // nothing more can be stored: whoever watches this process starts it anew
  });

  try {
    house = await buildHouse({ config, connection, secretKey, world, log, simulatorUrl: null });
    if (house.server)
      await house.server.listen({ host: config.host, port: config.port }).catch((error) => {
        throw whyNotListening(error, config);
      });
  } catch (error) {
    await stop(1);
    throw error;
  }
  say(house.server ? `Parley: ${config.publicUrl}` : "Parley worker");
  if (house.isDemo) {
    say("This is a demo: a sample business, and a simulated provider beside it.");
    say("For a business of your own: PARLEY_DEMO=0 PARLEY_DATA_DIR=./business npm start");
  }
  const setUp = house.server && (await house.newSetUpLink());
  if (setUp) say(`There is no account yet. Set it up in your browser: ${setUp}`);
  if (config.resetSignIn) {
    const link = await house.resetLink(config.resetSignIn);
    say(link ? `To sign in anew as ${config.resetSignIn}: ${link}` : `Nobody signs in here as ${config.resetSignIn}.`);
  }
  say(`Ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
}

/** What to do about an address that can't be had; what is none of that is left as it is. */
function whyNotListening(error: NodeJS.ErrnoException, { host, port }: Config): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new ConfigError(
        `PORT: another program listens at ${host}:${port} already. Set PORT to a free one, such as PORT=${port === 3001 ? 3002 : 3001}, or stop that program.`,
      );
    case "EACCES":
      return new ConfigError(`PORT: this user may not listen at ${host}:${port}. Set PORT to 1024 or more.`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new ConfigError(`HOST: ${host} is no address of this machine. Leave HOST out for 127.0.0.1.`);
    default:
      return error;
  }
}

try {
  await main();
} catch (error) {
  // What the operator can mend is said in a sentence; everything else is a bug and shows its stack.
  const known = error instanceof ConfigError || error instanceof PostgresRefused;
  process.stderr.write(`${known ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
