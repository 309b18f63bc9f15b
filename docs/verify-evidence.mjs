// Checks evidence of consent with nothing but Node: node verify-evidence.mjs evidence.json [consent-ledger.ndjson]
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const [packFile, ledgerFile] = process.argv.slice(2);
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
// Canonical JSON (RFC 8785) of what a ledger holds: texts, whole numbers and null, under names in their order.
const canonical = (value) => JSON.stringify(value, value && Object.keys(value).sort());
function broken(seq, what) {
  console.log(`BROKEN at event ${seq}: ${what}`);
  process.exit(1);
}

function check(events, whole) {
  events.forEach(({ hash, salt, proof, disclosure, actor, ...event }, n) => {
    const before = events[n - 1] ?? { seq: 0, hash: "0".repeat(64) };
    const { seq, previousHash, proofHash, disclosureHash, actorHash } = event;
    if (whole ? seq !== before.seq + 1 : seq <= before.seq) broken(seq, "an event before it is missing or misplaced");
    if (seq === before.seq + 1 && previousHash !== before.hash) broken(seq, "it does not follow the event before it");
    if (sha256(previousHash + canonical(event)) !== hash) broken(seq, "it was altered");
    if (salt === null) return; // its words were erased on request: their hashes are left
    const words = [
      [proof, proofHash],
      [disclosure, disclosureHash],
      [canonical(actor), actorHash],
    ];
    if (words.some(([text, known]) => text !== null && sha256(salt + text) !== known))
      broken(seq, "its words were altered");
  });
}

const pack = JSON.parse(readFileSync(packFile, "utf8"));
check(pack.events, false);
if (ledgerFile) {
  const ledger = readFileSync(ledgerFile, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  check(ledger, true);
  for (const { seq, hash } of [...pack.events, { seq: pack.ledger.events, hash: pack.ledger.headHash }])
    if (seq > 0 && ledger[seq - 1]?.hash !== hash) broken(seq, "the ledger holds another one in its place");
}
console.log(
  `OK: ${pack.events.length} events are as they were recorded${ledgerFile ? ", in one unbroken ledger" : ""}.`,
);
