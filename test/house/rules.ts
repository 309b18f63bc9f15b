/** The rules of ARCHITECTURE.md that no tool can hold. Each answers what breaks it, one sentence for each place. */
import { codeOf, importsOf, type Sources } from "./sources.ts";

/** Rooms from the top floor to the ground; two on one floor don't know each other. */
export const FLOORS: ReadonlyArray<readonly string[]> = [
  ["main"],
  ["app"],
  ["worker", "reactions"],
  ["demo"],
  ["desk"],
  ["broadcasts"],
  ["agents"],
  ["messages"],
  ["conversations"],
  ["templates", "quick-replies", "knowledge", "media"],
  ["contacts"],
  ["consent"],
  ["channels"],
  ["models", "analytics"],
  ["accounts"],
  ["platform"],
  ["contract"],
];

/** Those who put the house together may open any room's inner doors. */
const BUILDERS = ["server/main.ts", "server/app.ts", "server/worker.ts"];

function roomOf(path: string): string | null {
  if (path.startsWith("contract/")) return "contract";
  const [, first = ""] = /^server\/([^/]+)/.exec(path) ?? [];
  return first ? first.replace(/\.ts$/, "") : null;
}

const floorOf = (room: string): number => FLOORS.findIndex((floor) => floor.includes(room));

export function importsOnlyGoDown(sources: Sources): string[] {
  return importsOf(sources).flatMap(({ from, to, ours }) => {
    if (!ours) return [];
    const [here, there] = [roomOf(from), roomOf(to)];
    if (from.startsWith("contract/") && !to.startsWith("contract/"))
      return [`${from} imports ${to}: contract/ imports nothing of ours`];
    if (/^(simulator|web)\//.test(from) && !/^(simulator|web|contract)\//.test(to))
      return [`${from} imports ${to}: only contract/ is shared`];
    if (here === null || there === null || here === there) return [];
    if (floorOf(here) < 0) return [`${from} is in no room of the floor plan`];
    if (floorOf(there) <= floorOf(here)) return [`${from} imports ${to}, which is not below it`];
    return [];
  });
}

export function roomsAreEnteredByTheirDoor(sources: Sources): string[] {
  return importsOf(sources).flatMap(({ from, to, ours }) => {
    const [here, there] = [roomOf(from), roomOf(to)];
    if (!ours || here === there || there === null || here === null || BUILDERS.includes(from)) return [];
    if (there === "platform" || there === "contract" || to === `server/${there}/${there}.ts`) return [];
    return [`${from} enters ${there} by ${to} instead of its door`];
  });
}

export function adaptersAreKnownToTheAppAlone(sources: Sources): string[] {
  return importsOf(sources).flatMap(({ from, to, ours }) =>
    ours &&
    /^server\/channels\/(twilio|whatsapp|instagram|webchat)\//.test(to) &&
    from !== "server/app.ts" &&
    !from.startsWith(to.split("/").slice(0, 3).join("/"))
      ? [`${from} imports the adapter ${to}`]
      : [],
  );
}

/** A vendor's name is said in the channels' room, where the house is put together and to people; elsewhere only in comments. */
export function vendorsStayUnderTheirAdapter(sources: Sources): string[] {
  const allowed =
    /^(simulator\/|web\/|contract\/channels\.ts$|server\/channels\/|server\/app\.ts$|server\/platform\/config\.ts$)/;
  return [...sources].flatMap(([path, text]) =>
    !allowed.test(path) && /twilio/i.test(codeOf(text)) ? [`${path} names a vendor`] : [],
  );
}

const OUTSIDE_WORLD = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\b|\bprocess\.env\b|(?<![.\w])fetch\(/;

export function theWorldIsInjected(sources: Sources): string[] {
  const allowed = /^(server\/platform\/|server\/main\.ts$|server\/channels\/twilio\/|server\/models\/)/;
  return [...sources].flatMap(([path, text]) =>
    path.startsWith("server/") && !allowed.test(path) && OUTSIDE_WORLD.test(codeOf(text))
      ? [`${path} takes time, chance, settings or the network from the air`]
      : [],
  );
}

/** Writers beside a room's `store.ts`, each with its reason. */
const OTHER_WRITERS: Record<string, string> = {
  turns: "server/conversations/turns.ts", // a lane, claimed from Ground
  inbound_lanes: "server/channels/inbound-lanes.ts", // a lane, with what its looks found
  late_arrivals: "server/channels/inbound-lanes.ts",
  unstored_texts: "server/channels/inbound-lanes.ts",
  idempotency_keys: "server/platform/http/idempotency.ts",
  installation_keys: "server/platform/installation.ts",
  migrations: "server/platform/db/migrate.ts",
};
/** Lanes whose claim stands beside their store. */
const SECOND_WRITERS: Record<string, string> = { sender_lanes: "server/messages/claim.ts" };

const WRITE =
  /\b(?:insert\s+into|update|delete\s+from)\s+([a-z_]+)(?:\s+as)?(?:\s+[a-z])?\s+(?:\(|set\b|where\b|using\b|select\b)/gi;

export function everyTableHasOneWriter(sources: Sources): string[] {
  const writers = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    if (!path.startsWith("server/")) continue;
    for (const [, table = ""] of codeOf(text).matchAll(WRITE))
      writers.set(table, (writers.get(table) ?? new Set()).add(path));
  }
  return [...writers].flatMap(([table, paths]) => {
    const expected = OTHER_WRITERS[table];
    const wrong = [...paths].filter(
      (path) => (expected ? path !== expected : !path.endsWith("/store.ts")) && SECOND_WRITERS[table] !== path,
    );
    const found = wrong.map((path) => `${path} writes ${table}, which is not its own`);
    const owners = [...paths].filter((path) => path !== SECOND_WRITERS[table]);
    return owners.length > 1 && !expected ? [...found, `${table} has several writers: ${owners.join(", ")}`] : found;
  });
}

/** Functions in SQL that write, with the tables that they write: the room that calls one answers for it. */
export const WRITING_FUNCTIONS: Record<string, readonly string[]> = {
  emit_events: ["event_counters", "events"],
  prune_idempotency_keys: ["idempotency_keys"],
  receive_message: ["contacts", "contact_addresses", "conversations", "messages", "conversation_routes", "turns"],
  receive_messages: ["contacts", "contact_addresses", "conversations", "messages", "conversation_routes", "turns"],
  record_delivery: ["delivery_events", "attempts", "messages"],
  record_deliveries: ["delivery_events", "attempts", "messages"],
  wake_sender: ["sender_lanes"],
  claim_messages: ["messages", "attempts", "sender_lanes"],
  note_media: ["media"],
  claim_media: ["media"],
  prune_uploads: ["media"],
  drop_unused_blob: ["blobs"],
  record_answers: ["sender_lanes", "attempts", "delivery_events", "messages"],
};

export function functionsWriteWhatIsListed(migrations: Sources): string[] {
  const text = [...migrations.values()].join("\n").replace(/--.*$/gm, "");
  return [...text.matchAll(/create (?:or replace )?function (\w+)([\s\S]*?)\$\$([\s\S]*?)\$\$/g)].flatMap(
    ([, name = "", , body = ""]) => {
      const tables = new Set(
        [...body.matchAll(/\b(?:insert into|update|delete from)\s+(?!of\b|set\b|skip\b)([a-z_]+)/g)].flatMap(
          ([, table]) => (table ? [table] : []),
        ),
      );
      const listed = WRITING_FUNCTIONS[name] ?? [];
      return [...tables]
        .filter((table) => !listed.includes(table))
        .map((table) => `the function ${name} writes ${table}, which is not listed`);
    },
  );
}

export function everyDoorOpensWithASentence(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const [, room = "", file = ""] = /^server\/([^/]+)\/([^/]+)\.ts$/.exec(path) ?? [];
    return room && room === file && !/^\/\*\*\s+[\s\S]*?\.\s*(\*\/|\n)/.test(text)
      ? [`the door ${path} does not say what its room is for`]
      : [];
  });
}

const MAX_LINES = 400;

export function filesAreReadInASitting(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const lines = text.split("\n").length;
    const name = path.split("/").at(-1) ?? "";
    return [
      ...(lines > MAX_LINES ? [`${path} has ${lines} lines`] : []),
      ...((path.startsWith("server/") && /^(utils?|helpers?|services?|index)\.ts$/.test(name)) ||
      /\/(utils|helpers|services)\//.test(path)
        ? [`${path} has a name that says nothing`]
        : []),
    ];
  });
}

const CODES = [
  /\b(?:invalid|conflict|unavailable)\(\s*"([a-z0-9_]+)"/g,
  /new Refusal\(\s*\d+,\s*"([a-z0-9_]+)"/g,
  /\bcode: "([a-z0-9_]+)"/g,
  /^\s*\["[0-9 ]+", "([a-z0-9_]+)",/gm,
];

/** Every stable code in the sources stands in the documentation between backticks. */
export function codesAreDocumented(sources: Sources, documentation: string): string[] {
  const codes = new Set<string>();
  for (const [path, text] of sources) {
    if (!path.startsWith("server/") || path.startsWith("server/platform/postgres/")) continue;
    for (const pattern of CODES) for (const [, code = ""] of text.matchAll(pattern)) codes.add(code);
  }
  return [...codes]
    .filter((code) => !documentation.includes(`\`${code}\``))
    .map((code) => `docs/api.md does not explain ${code}`);
}
