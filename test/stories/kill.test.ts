/** Kill -9 of everything at a random moment: what was acknowledged is there, once. */
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";
import { type Api, createApi } from "../support/api.ts";
import { type Product, startProduct, treeOf } from "../support/product.ts";
import { freePort, KILN } from "../support/town.ts";
import { newSid, postWebhook } from "../support/webhook.ts";
import { chanceOf } from "../torture/chance.ts";

const ROUNDS = 20;
const SENDERS = 8;
/** Decides when each kill comes; what is killed then is real, and may stand elsewhere the next time. */
const SEED = process.env.KILL_SEED ?? String(randomInt(2 ** 31));
const API_KEY = "kill-test-0123456789abcdef0123456789abcdef";

let simulator: Simulator;
let dataDir: string;
let env: Record<string, string>;
let product: Product;
let api: Api;
let place: { publicUrl: string; twilio: { sid: string; authToken: string } };

beforeAll(async () => {
  simulator = await startSimulator();
  const twilio = simulator.createAccount();
  simulator.addNumber({ accountSid: twilio.sid, phoneNumber: KILN });
  dataDir = mkdtempSync(join(tmpdir(), "parley-kill-"));
  const port = await freePort();
  place = { publicUrl: `http://127.0.0.1:${port}`, twilio };
  env = {
    PORT: String(port),
    PARLEY_PUBLIC_URL: place.publicUrl,
    PARLEY_DATA_DIR: dataDir,
    PARLEY_ADMIN_EMAIL: "ana@kiln.example",
    PARLEY_LOG_LEVEL: "error",
    PARLEY_ADMIN_PASSWORD: "kiln-and-co-2026",
    PARLEY_API_KEY: API_KEY,
    TWILIO_API_URL: simulator.url,
  };
  api = createApi(place.publicUrl, `Bearer ${API_KEY}`);
  product = startProduct(env);
  await product.ready;
  const connected = await api.post("/api/channels/sms/connect", {
    accountSid: twilio.sid,
    authToken: twilio.authToken,
    phoneNumber: KILN,
  });
  expect(connected.status).toBe(201);
});
afterAll(async () => {
  await product?.killAll();
  await simulator?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Texts the business as fast as it answers, until it is gone; answers the SIDs that were acknowledged. */
async function textUntilItIsGone(phone: string): Promise<string[]> {
  const acknowledged: string[] = [];
  for (;;) {
    const MessageSid = newSid("SM");
    const fields = {
      MessageSid,
      AccountSid: place.twilio.sid,
      From: phone,
      To: KILN,
      Body: `Text ${acknowledged.length}`,
      NumMedia: "0",
      NumSegments: "1",
    };
    try {
      const { status } = await postWebhook(place, "/api/webhooks/twilio/sms", fields);
      if (status === 200) acknowledged.push(MessageSid);
    } catch {
      return acknowledged;
    }
  }
}

async function storedSids(phone: string): Promise<string[]> {
  const contact = (await api.get(`/api/contacts?phone=${encodeURIComponent(phone)}`)).body.items?.[0];
  const conversations = contact ? ((await api.get(`/api/conversations?contactId=${contact.id}`)).body.items ?? []) : [];
  const sids: string[] = [];
  for (const { id } of conversations) {
    let cursor: string | null = "";
    while (cursor !== null) {
      const { body } = await api.get(`/api/conversations/${id}/messages?limit=200${cursor ? `&cursor=${cursor}` : ""}`);
      sids.push(...(body.items ?? []).map((message) => String(message.providerSid)));
      cursor = body.nextCursor as string | null;
    }
  }
  return sids;
}

test(`${ROUNDS} times killed, nothing that was acknowledged is lost or doubled (KILL_SEED=${SEED})`, async () => {
  const chance = chanceOf(SEED);
  const acknowledged = new Map<string, string[]>();
  const phones = Array.from({ length: SENDERS }, (_, n) => `+1415555${String(2000 + n)}`);
  for (let round = 1; round <= ROUNDS; round++) {
    const momentMs = 20 + chance.below(380);
    const texting = phones.map(textUntilItIsGone);
    await pause(momentMs); // real processes die in real time
    const tree = treeOf(product.child.pid ?? -1);
    await product.killAll();
    expect(tree.length, "the database belongs to the tree").toBeGreaterThan(5);
    for (const [n, sids] of (await Promise.all(texting)).entries()) {
      const phone = phones[n] ?? "";
      acknowledged.set(phone, [...(acknowledged.get(phone) ?? []), ...sids]);
    }
    product = startProduct(env);
    await product.ready;
  }

  const total = [...acknowledged.values()].flat().length;
  expect(total, "need acknowledged texts for this test to mean anything").toBeGreaterThan(ROUNDS * SENDERS);
  for (const phone of phones) {
    const stored = await storedSids(phone);
    expect(new Set(stored).size, `${phone}: nothing is stored twice`).toBe(stored.length);
    const missing = (acknowledged.get(phone) ?? []).filter((sid) => !stored.includes(sid));
    expect(missing, `${phone}: acknowledged, but not there`).toEqual([]);
  }
}, 180_000);
