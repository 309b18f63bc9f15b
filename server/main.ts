/** The front door: reads the environment, starts the database and the house, and closes both when told to. */
import { join } from "node:path";
import { buildHouse, changeSecretKey, type House } from "./app.ts";
import { type Config, ConfigError, isAtHome, readConfig, unknownSettings } from "./platform/config.ts";
import type { ConnectionSettings } from "./platform/db/pool.ts";
import { reachDatabase } from "./platform/db/reach.ts";
import { createLog } from "./platform/log.ts";
import { startPostgres } from "./platform/postgres/postgres.ts";
import { PostgresRefused } from "./platform/postgres/refusal.ts";
import type { Rotation } from "./platform/rotation.ts";
import { beginKeyChange, keyPath, secretKeysOf } from "./platform/secret-key.ts";
import { KeyRefused } from "./platform/secrets.ts";
import { realWorld, type World } from "./platform/world.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const startedAt = performance.now();
  for (const line of unknownSettings(process.env)) process.stderr.write(`${line}\n`);
  const config = readConfig(process.env);
  const isKeyChange = readCommand(process.argv.slice(2), config) === "rotate-key";
  const log = createLog(config.logLevel);
  const world = realWorld();
  if (config.databaseUrl) await reachDatabase(config.databaseUrl);
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
    if (isKeyChange) {
      await changeKey(config, connection, world);
      return await stop(0);
    }
    const { key: secretKey, former: formerKeys, over } = await secretKeysOf(config, world.bytes);
    const keys = { secretKey, formerKeys, formerKeysOver: over };
    house = await buildHouse({ config, connection, ...keys, world, log, simulatorUrl: null });
    if (house.server)
      await house.server.listen({ host: config.host, port: config.port }).catch((error) => {
        throw whyNotListening(error, config);
      });
  } catch (error) {
    await stop(1);
    throw error;
  }
  if (house.rotation) sayRotation(house.rotation, config);
  say(house.server ? `Parley: ${config.publicUrl}` : "Parley worker");
  if (house.isDemo) {
    say("This is a demo: a sample business, and a simulated provider beside it.");
    if (!isAtHome(config)) {
      say("Others may reach it at this HOST or PARLEY_PUBLIC_URL, so it signs nobody in without a password.");
      say(
        "For a link by which its owner chooses one: PARLEY_RESET_SIGN_IN and their email, such as ana@kilnandco.example",
      );
    }
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

/** What this process is to do; null: to start. */
function readCommand([command, ...more]: readonly string[], config: Config): "rotate-key" | null {
  if (command === undefined) return null;
  if (command !== "rotate-key" || more.length > 0)
    throw new ConfigError(`${[command, ...more].join(" ")}: is no command. There is rotate-key, or none to start.`);
  if (config.secretKey && !config.oldSecretKey)
    throw new ConfigError(
      "PARLEY_OLD_SECRET_KEY: is needed. To change the key, set it to the present PARLEY_SECRET_KEY, and that one to a " +
        "new key such as `openssl rand -base64 32` prints.",
    );
  return command;
}

async function changeKey(config: Config, connection: ConnectionSettings, world: World): Promise<void> {
  if (!config.secretKey && !config.oldSecretKey) {
    await secretKeysOf(config, world.bytes);
    await beginKeyChange(config.dataDir, world.bytes);
  }
  sayRotation(await changeSecretKey(connection, await secretKeysOf(config, world.bytes), world), config);
}

function sayRotation({ resealed, isOver }: Rotation, config: Config): void {
  say(`${resealed === 1 ? "1 sealed value was" : `${resealed} sealed values were`} resealed with the new key.`);
  if (!isOver) {
    say("Another process still seals with the former key. Start it too with the new one as PARLEY_SECRET_KEY, and");
    say("keep PARLEY_OLD_SECRET_KEY until a start says that it can be taken away.");
    return;
  }
  if (config.oldSecretKey) say("Nothing needs the former key any more: PARLEY_OLD_SECRET_KEY can be taken away.");
  else say(`Nothing needs the former key any more: the new one is in ${keyPath(config.dataDir)}.`);
  say("A backup from before still needs the key from before.");
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
  const known = [ConfigError, PostgresRefused, KeyRefused].some((each) => error instanceof each);
  process.stderr.write(`${known ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
