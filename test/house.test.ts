/** The house obeys its own rules, and each rule finds what breaks it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as rules from "./house/rules.ts";
import { readSources, type Sources } from "./house/sources.ts";

const house = readSources(["server", "contract", "simulator", "web"], [".ts", ".tsx"]);
const documentation = readFileSync(join(import.meta.dirname, "../docs/api.md"), "utf8");
const migrations = readSources(["migrations"], [".sql"]);

/** A rule, the house's own sources, and a violation that it has to find. */
const cases: Array<[rule: (sources: Sources) => string[], planted: Record<string, string>]> = [
  [rules.importsOnlyGoDown, { "server/consent/x.ts": 'import { send } from "../messages/messages.ts";' }],
  [rules.importsOnlyGoDown, { "contract/x.ts": 'import type { View } from "../server/platform/db/handles.ts";' }],
  [rules.importsOnlyGoDown, { "simulator/x.ts": 'import { createLog } from "../server/platform/log.ts";' }],
  [rules.importsOnlyGoDown, { "web/desk/x.tsx": 'import { may } from "../../server/accounts/may.ts";' }],
  [rules.roomsAreEnteredByTheirDoor, { "server/messages/x.ts": 'import { append } from "../consent/ledger.ts";' }],
  [
    rules.adaptersAreKnownToTheAppAlone,
    { "server/messages/x.ts": 'import { createTwilio } from "../channels/twilio/twilio.ts";' },
  ],
  [rules.vendorsStayUnderTheirAdapter, { "server/messages/x.ts": 'const header = "x-twilio-signature";' }],
  [rules.theWorldIsInjected, { "server/messages/x.ts": "const at = new Date();" }],
  [rules.theWorldIsInjected, { "server/desk/x.ts": 'await fetch("http://elsewhere");' }],
  [
    rules.everyTableHasOneWriter,
    { "server/agents/x.ts": "tx.rows(`update messages set status = 'sent' where id = $1`)" },
  ],
  [rules.everyTableHasOneWriter, { "server/desk/store.ts": 'tx.rows("delete from contacts where id = $1")' }],
  [rules.everyDoorOpensWithASentence, { "server/broadcasts/broadcasts.ts": "export const x = 1;" }],
  [rules.filesAreReadInASitting, { "server/messages/x.ts": "\n".repeat(401) }],
  [rules.filesAreReadInASitting, { "server/messages/utils.ts": "export const x = 1;" }],
];

describe.each([...new Set(cases.map(([rule]) => rule))])("%o", (rule) => {
  test("holds in the house", () => {
    expect(rule(house)).toEqual([]);
  });
});

test.each(cases)("%o finds a planted violation", (rule, planted) => {
  const found = rule(new Map([...house, ...Object.entries(planted)]));
  expect(found.join("\n")).toContain(Object.keys(planted)[0]);
});

test("every code that the API can answer is explained in docs/api.md", () => {
  expect(rules.codesAreDocumented(house, documentation)).toEqual([]);
  const planted = new Map([["server/messages/x.ts", 'throw conflict("moon_in_the_way", "Wait.");']]);
  expect(rules.codesAreDocumented(planted, documentation)).toEqual(["docs/api.md does not explain moon_in_the_way"]);
});

test("functions in SQL write only the tables that are listed for them", () => {
  expect(rules.functionsWriteWhatIsListed(migrations)).toEqual([]);
  const planted = "create function sneak() returns void language sql as $$ delete from consent_events $$;";
  expect(rules.functionsWriteWhatIsListed(new Map([["x.sql", planted]]))).toEqual([
    "the function sneak writes consent_events, which is not listed",
  ]);
});
