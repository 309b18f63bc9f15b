/**
 * Planted bugs: copies of the house with one small mistake each, to see that the campaign finds it. The house itself is never
 * touched: a copy is made in a temporary folder, changed there, and tortured there.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Plant {
  /** Each `from` stands in its file exactly once. */
  edits: ReadonlyArray<{ file: string; from: string; to: string }>;
  /** The promise that it breaks. */
  breaks: string;
}

const edit = (file: string, from: string, to: string) => ({ file, from, to });

const PLANTS: Record<string, Plant> = {
  "acknowledges-first": {
    edits: [
      edit(
        "server/messages/webhooks.ts",
        "const outcome = await receive({ ...parts, takeIn }, text, sender);",
        'void receive({ ...parts, takeIn }, text, sender).catch(() => {});\n    const outcome: string = "stored";',
      ),
    ],
    breaks: "I1",
  },
  "stores-repeats": {
    edits: [
      edit("migrations/0008_messages.sql", "create unique index messages_provider", "create index messages_provider"),
      edit(
        "migrations/0008_messages.sql",
        "  if found then\n    return query select m.id",
        "  if false then\n    return query select m.id",
      ),
    ],
    breaks: "I2",
  },
  "sends-to-the-suppressed": {
    edits: [
      edit(
        "migrations/0005_consent.sql",
        "select exists (\n    select from suppressions s",
        "select false and exists (\n    select from suppressions s",
      ),
    ],
    breaks: "I3",
  },
  "acknowledges-stop-amid-sends": {
    edits: [
      edit(
        "server/messages/receive.ts",
        'return (await waitForSendsInFlight(parts, address)) ? outcome : "busy";',
        "return outcome;",
      ),
    ],
    breaks: "I3",
  },
  "sends-without-the-lock": {
    edits: [
      edit(
        "server/messages/send-locks.ts",
        'take: (addresses) => ask("pg_try_advisory_lock_shared", addresses),',
        "take: async (addresses) => addresses.map(() => true),",
      ),
      edit(
        "server/messages/send-locks.ts",
        "and a.outcome = 'pending' and a.at > $3",
        "and a.outcome = 'never' and a.at > $3",
      ),
      edit(
        "server/messages/send-locks.ts",
        'await ask("pg_advisory_unlock_shared", addresses);',
        "await Promise.resolve(addresses);",
      ),
    ],
    breaks: "I3",
  },
  "repeats-blindly": {
    edits: [
      edit(
        "server/channels/twilio/messages.ts",
        'if (error instanceof AnswerLost) return { outcome: "unknown" };',
        'if (error instanceof AnswerLost) return { outcome: "not_sent" };',
      ),
    ],
    breaks: "I4",
  },
  "leaves-lost-answers-open": {
    edits: [edit("server/worker.ts", "    startResolver(sending),\n", "")],
    breaks: "I4",
  },
  "forgets-keys": {
    edits: [
      edit(
        "server/platform/http/idempotency.ts",
        "  if (taken) return null;",
        "  if (taken || requestHash) return null;",
      ),
    ],
    breaks: "I4",
  },
  "believes-the-last-report": {
    edits: [
      edit(
        "migrations/0008_messages.sql",
        "v_changed := status_rank(p_status) > status_rank(m.status);",
        "v_changed := p_status <> m.status;",
      ),
    ],
    breaks: "I5",
  },
  "believes-answers-over-reports": {
    edits: [
      edit(
        "migrations/0011_sending.sql",
        "g.outcome <> 'accepted' or status_rank(g.new_status) > status_rank(g.old_status) as forward",
        "true as forward",
      ),
    ],
    breaks: "I5",
  },
  hurries: {
    edits: [
      edit(
        "migrations/0011_sending.sql",
        "sum(ceil(m.segments * 1.015e6 / p_mps))",
        "sum(ceil(m.segments * 1e4 / p_mps))",
      ),
      edit("migrations/0011_sending.sql", "ceil(r.segments * 1.015e6 / p_mps)", "ceil(r.segments * 1e4 / p_mps)"),
    ],
    breaks: "I6",
  },
  "leaves-before-its-turn": {
    edits: [
      edit("server/messages/claim.ts", "export const AHEAD_MS = 100;", "export const AHEAD_MS = 10_000;"),
      edit(
        "server/messages/dispatcher.ts",
        "      if (ms > 0) await world.sleep(Math.min(ms, AHEAD_MS)); // more it is only where the clock was put back\n",
        "",
      ),
      edit(
        "server/messages/dispatcher.ts",
        "      await departures.wait(claimed.segments, sender.connection.mps);\n",
        "",
      ),
    ],
    breaks: "I6",
  },
  "mixes-workspaces": {
    edits: [
      edit(
        "server/channels/directory.ts",
        "const workspace = workspaces.get(connection.workspaceId);",
        "const workspace = [...workspaces.values()].at(-1);",
      ),
    ],
    breaks: "I7",
  },
  "breaks-the-chain": {
    edits: [
      edit(
        "server/consent/ledger.ts",
        "const row = linked(tx, event, evidence, await nextLink(tx));",
        "const row = linked(tx, event, evidence, { ...(await nextLink(tx)), previousHash: GENESIS });",
      ),
    ],
    breaks: "I8",
  },
  "tells-numbers": {
    edits: [
      edit(
        "server/messages/webhooks.ts",
        "const account = await signedBy(request, fields);\n    const text",
        'const account = await signedBy(request, fields);\n    log.info({ fields }, "a webhook");\n    const text',
      ),
      edit(
        "server/platform/log.ts",
        'if (typeof value === "string") return maskPhone(value);',
        'if (typeof value === "string") return value;',
      ),
    ],
    breaks: "I9",
  },
};

const ROOT = join(import.meta.dirname, "../..");
const COPIED = ["contract", "migrations", "server", "simulator", "test", "package.json", "tsconfig.json"];

/** The mistakes for which the house has no place any more, as the code that they replace was changed: none. */
export const misplacedPlants = (): string[] =>
  Object.entries(PLANTS)
    .filter(([, { edits }]) =>
      edits.some(({ file, from }) => readFileSync(join(ROOT, file), "utf8").split(from).length !== 2),
    )
    .map(([name]) => name);

/** A copy of the house with the mistake in it; the caller removes it. */
function plantedCopy({ edits }: Plant): string {
  const copy = mkdtempSync(join(tmpdir(), "parley-planted-"));
  for (const each of COPIED) cpSync(join(ROOT, each), join(copy, each), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  for (const { file, from, to } of edits) {
    const text = readFileSync(join(copy, file), "utf8");
    if (text.split(from).length !== 2)
      throw new Error(`${file} no longer has what the mistake was to replace: ${from}`);
    writeFileSync(
      join(copy, file),
      text.replace(from, () => to),
    );
  }
  return copy;
}

/** Tortures a copy with a planted bug. Answers 0 where it was found as the violation that it is, else 1. */
export async function runPlanted(
  name: string,
  { from, count, say }: { from: number; count: number; say: (line: string) => void },
): Promise<number> {
  const plant = PLANTS[name];
  if (!plant) throw new Error(`--plant is one of ${Object.keys(PLANTS).join(", ")}`);
  const copy = plantedCopy(plant);
  try {
    const args = [join(copy, "test/torture/main.ts"), `--from=${from}`, `--count=${count}`, "--processes=1"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    let found: string | null = null;
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      found ??=
        output.split("\n").find((line) => /^schedule \d+: /.test(line) && line.includes(`${plant.breaks}:`)) ?? null;
      if (found) child.kill("SIGINT");
    });
    await new Promise((ended) => child.once("close", ended));
    say(found ? `found ${name}: ${found}` : `${name} was not found in ${count} schedules:\n${output}`);
    return found ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Each planted bug in its turn; answers how many were not found. */
export async function runAllPlants(options: Parameters<typeof runPlanted>[1]): Promise<number> {
  let missed = 0;
  for (const name of Object.keys(PLANTS)) missed += await runPlanted(name, options);
  options.say(`${Object.keys(PLANTS).length - missed} of ${Object.keys(PLANTS).length} planted bugs were found`);
  return missed;
}
