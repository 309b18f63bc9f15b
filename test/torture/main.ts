/**
 * `npm run torture`: schedules of faults against the whole house, in virtual time, and what they broke.
 *
 *     npm run torture -- --from=0 --count=2000        # these seeds
 *     npm run torture -- --from=17 --count=1 --trace  # one of them, turn by turn
 *     npm run torture -- --plant=repeats-blindly      # with a planted bug: how long until it is found? (all: each in turn)
 *     npm run torture -- --processes=1                # without a second process beside it
 *
 * On real processes and in real time, where the seed decides what is done and the machine how it goes:
 *
 *     npm run torture -- --real --count=150           # schedules in which processes are killed and PostgreSQL stops
 *     npm run torture -- --storm=1000 --rounds=10     # STOPs amid so many messages that two workers send
 *     npm run torture -- --outage=10                  # PostgreSQL away for so many seconds, under load
 */
import { fork } from "node:child_process";
import { parseArgs } from "node:util";
import { migrate } from "../../server/platform/db/migrate.ts";
import { startScratchPostgres } from "../../server/platform/postgres/postgres.ts";
import { databaseNamed, onServer } from "../support/database.ts";
import { runCampaign } from "./campaign.ts";
import { runAllPlants, runPlanted } from "./plant.ts";
import { runRealCampaign } from "./real/campaign.ts";
import { runOutages } from "./real/outage.ts";
import { runStorms } from "./real/storm.ts";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "0" },
    count: { type: "string", default: "200" },
    trace: { type: "boolean", default: false },
    plant: { type: "string" },
    processes: { type: "string", default: "2" },
    real: { type: "boolean", default: false },
    storm: { type: "string" },
    rounds: { type: "string", default: "1" },
    outage: { type: "string" },
  },
});
const from = Number(values.from);
const count = Number(values.count);
const processes = values.trace ? 1 : Number(values.processes);
if (!Number.isInteger(from) || !Number.isInteger(count) || from < 0 || count < 1)
  throw new Error("--from and --count are whole numbers, such as --from=0 --count=200");

const say = (line: string) => process.stdout.write(`${line}\n`);
const TEMPLATE = "torture_template";

/**
 * Its machine never fails here, only the house does: what is for power cuts is left out. A house lives for some hundred
 * statements, so none is planned anew for its values.
 */
const FAST = {
  ...{ max_connections: "100", autovacuum: "off", fsync: "off", full_page_writes: "off", synchronous_commit: "off" },
  ...{ wal_level: "minimal", max_wal_senders: "0", update_process_title: "off", jit: "off" },
  ...{ plan_cache_mode: "force_generic_plan" },
};

interface Sums {
  schedules: number;
  broken: number;
  turns: number;
  crashes: number;
}

/** Runs a range of seeds in this process, on a PostgreSQL of its own. */
async function runHere(from: number, count: number): Promise<Sums> {
  const postgres = await startScratchPostgres(FAST);
  const sums: Sums = { schedules: 0, broken: 0, turns: 0, crashes: 0 };
  try {
    await onServer(postgres.connection, `create database ${TEMPLATE}`);
    await migrate(databaseNamed(postgres.connection, TEMPLATE), new Date());
    await runCampaign({
      ...{ server: postgres.connection, template: TEMPLATE, from, count },
      hear({ seed, told, violations }) {
        sums.schedules++;
        sums.turns += told.trace.length;
        sums.crashes += told.crashes;
        if (values.trace) for (const line of told.trace) say(line);
        for (const violation of violations) say(`schedule ${seed}: ${violation}`);
        if (violations.length > 0) sums.broken++;
        if (sums.schedules % 100 === 0) say(`${sums.schedules} schedules from ${from} on, ${sums.broken} broken`);
        return true;
      },
    });
  } finally {
    await postgres.stop();
  }
  return sums;
}

/** Runs a range of seeds in a process of its own. */
function runBeside(from: number, count: number): Promise<Sums> {
  const child = fork(import.meta.filename, [`--from=${from}`, `--count=${count}`, "--processes=1"]);
  return new Promise((resolve, reject) => {
    child.once("message", (sums) => resolve(sums as Sums));
    child.once("close", (code) => reject(new Error(`schedules from ${from} on ended early (${code})`)));
  });
}

async function run(): Promise<number> {
  const startedAt = performance.now();
  const share = Math.ceil(count / processes);
  const starts = Array.from({ length: processes }, (_, n) => from + n * share).filter((each) => each < from + count);
  const parts = await Promise.all(
    starts.map((start) => {
      const size = Math.min(share, from + count - start);
      return starts.length === 1 ? runHere(start, size) : runBeside(start, size);
    }),
  );
  const sum = (name: keyof Sums) => parts.reduce((total, each) => total + each[name], 0);
  process.send?.(parts[0]);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  if (!process.send)
    say(
      `${sum("schedules")} schedules (${from} to ${from + count - 1}), ${sum("turns")} turns, ${sum("crashes")} crashes, ${seconds} s: ${sum("broken")} broken`,
    );
  return sum("broken") > 0 ? 1 : 0;
}

async function runReal(): Promise<number> {
  let broken = 0;
  if (values.real) broken += await runRealCampaign({ from, count, trace: values.trace, say });
  if (values.storm) broken += await runStorms({ messages: Number(values.storm), rounds: Number(values.rounds), say });
  if (values.outage) broken += await runOutages({ seconds: Number(values.outage), say });
  return broken > 0 ? 1 : 0;
}

// Whoever runs this beside others may be killed: then nobody is left to hear.
process.once("disconnect", () => process.exit(1));
const isReal = values.real || values.storm || values.outage;
const runPlants = (name: string) =>
  name === "all" ? runAllPlants({ from, count, say }) : runPlanted(name, { from, count, say });
process.exitCode = values.plant ? await runPlants(values.plant) : await (isReal ? runReal() : run());
// A house that was killed leaves timers behind, as nobody stopped it.
process.exit();
