/** Every call that our adapter makes, against Twilio's own description of its API: Prism behind a strict front. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Credentials } from "../../server/channels/channel.ts";
import { createTwilioMarket } from "../../server/channels/twilio/market.ts";
import { createTwilioPaperwork } from "../../server/channels/twilio/paperwork.ts";
import { createTwilio } from "../../server/channels/twilio/twilio.ts";
import { realWorld } from "../../server/platform/world.ts";
import { demandShared, sharedFile } from "../support/shared.ts";
import { freePort } from "../support/town.ts";
import { layWire } from "../support/wire.ts";

const front = sharedFile("tools/contract/strict-front.mjs");
const prismFile = join(process.env.PARLEY_PRISM ?? "", "node_modules/@stoplight/prism-cli/dist/index.js");
const prism = process.env.PARLEY_PRISM && existsSync(prismFile) ? prismFile : null;
const missing = [front ? "" : "the API descriptions (PARLEY_SHARED)", prism ? "" : "Prism (PARLEY_PRISM)"].filter(
  (each) => each !== "",
);

test.runIf(missing.length > 0 && demandShared())("the contract tests have what they need", () => {
  expect(missing).toEqual([]);
});

const SPECS = ["twilio_api_v2010", "twilio_messaging_v1", "twilio_trusthub_v1"];
const hex = (digit: string) => digit.repeat(32);
const credentials: Credentials = { accountSid: `AC${hex("a")}`, authToken: hex("b"), simulated: false };
const outside = { world: realWorld() };
const number = { kind: "long_code" as const, sid: `PN${hex("c")}` };
const service = { kind: "messaging_service" as const, sid: `MG${hex("d")}` };

describe.skipIf(missing.length > 0)(
  `Twilio's description accepts our calls${missing.length > 0 ? ` (skipped without ${missing.join(" and ")})` : ""}`,
  () => {
    const children: ChildProcess[] = [];
    const work = mkdtempSync(join(tmpdir(), "parley-contract-"));
    const killAll = () => {
      for (const child of children) child.kill("SIGKILL");
    };
    let url = "";

    async function start(args: string[], ready: string): Promise<void> {
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
      children.push(child);
      let output = "";
      await new Promise<void>((up, down) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream.on("data", (chunk: Buffer) => {
            output += chunk;
            if (output.includes(ready)) up();
          });
        }
        child.once("exit", (code) => down(new Error(`it ended with ${code}: ${output}`)));
      });
    }

    beforeAll(async () => {
      process.once("exit", killAll);
      const tools = dirname(front ?? "");
      // The front's ports are written in it: give each run its own.
      const ports = await Promise.all(SPECS.map(freePort));
      let source = readFileSync(front ?? "", "utf8");
      for (const [n, port] of [4010, 4011, 4012].entries()) source = source.replaceAll(String(port), String(ports[n]));
      writeFileSync(join(work, "front.mjs"), source);
      cpSync(join(tools, "patch-spec.mjs"), join(work, "patch-spec.mjs"));
      await Promise.all(
        SPECS.map(async (name, n) => {
          execFileSync(process.execPath, [
            join(work, "patch-spec.mjs"),
            sharedFile(`specs/${name}.json`) ?? "",
            join(work, `${name}.json`),
          ]);
          await start(
            [prism ?? "", "mock", "-h", "127.0.0.1", "-p", String(ports[n]), join(work, `${name}.json`)],
            "is listening",
          );
        }),
      );
      const port = await freePort();
      await start([join(work, "front.mjs"), String(port), work], "strict front on");
      url = `http://127.0.0.1:${port}`;
    });
    afterAll(async () => {
      const gone = children.filter((child) => child.exitCode === null).map((child) => once(child, "exit"));
      killAll();
      await Promise.all(gone);
      process.off("exit", killAll);
      rmSync(work, { recursive: true });
    });
    const hosts = () => ({
      ...{ apiUrl: url, messagingUrl: url, numbersUrl: url, numbersUploadUrl: url, pricingUrl: url },
      simulatorUrl: null,
    });
    const market = () => createTwilioMarket(hosts());
    const twilio = () => createTwilio(hosts());

    test("reading the account", async () => {
      expect(await twilio().readAccount(outside, credentials)).toMatchObject({ ok: true });
    });

    test("finding a number and a service", async () => {
      // Prism answers its example, whose number is another: well asked, not found.
      expect(await twilio().findSender(outside, credentials, { phoneNumber: "+14155550142" })).toEqual({
        ok: false,
        code: "number_not_on_account",
      });
      expect(await twilio().findSender(outside, credentials, { messagingServiceSid: service.sid })).toMatchObject({
        ok: true,
        kind: "messaging_service",
      });
    });

    test("listing owned and available numbers", async () => {
      const ours = "https://desk.example/api/webhooks/twilio/sms";
      expect(await twilio().ownedNumbers(outside, credentials, ours)).toMatchObject({ ok: true });
      expect(await twilio().ownedServices(outside, credentials, ours)).toMatchObject({ ok: true });
      for (const sender of [number, service])
        expect(await twilio().readWebhook(outside, credentials, sender, ours)).toMatchObject({ ok: true });
      expect(await twilio().availableNumbers(outside, credentials, { country: "US", areaCode: "415" })).toMatchObject({
        ok: true,
      });
    });

    test.each([
      ["a number's", number],
      ["a service's", service],
    ])("setting %s webhook", async (_, sender) => {
      const address = "https://desk.example/api/webhooks/twilio/sms#rc=3&rp=ct,rt,5xx";
      // Prism keeps nothing, so reading it back shows its example; a refused call would say `ok: false` or throw.
      expect(await twilio().setWebhook(outside, credentials, sender, address)).toMatchObject({ ok: true });
    });

    test("clearing a webhook that is not ours any more changes nothing", async () => {
      for (const sender of [number, service])
        expect(await twilio().clearWebhook(outside, credentials, sender, "https://desk.example/sms")).toEqual({
          ok: true,
          cleared: false,
        });
    });

    test("where a number's calls go: seen, set, and left alone where it is not ours", async () => {
      const voice = "https://desk.example/api/webhooks/twilio/voice";
      const urls = { call: `${voice}#rc=3&rp=ct,rt,5xx`, ended: `${voice}/ended#rc=3&rp=ct,rt,5xx` };
      const wire = await layWire(() => false);
      wire.leadTo(url);
      const watched = createTwilio({ ...hosts(), apiUrl: wire.url });
      expect(await watched.readCalls(outside, credentials, number.sid)).toMatchObject({ ok: true, hasVoice: true });
      // Prism keeps nothing: that it was not refused is seen on the wire alone.
      expect(await watched.pointCalls(outside, credentials, number.sid, urls)).toEqual({ ok: true, set: false });
      expect(await watched.clearCalls(outside, credentials, number.sid, urls)).toEqual({ ok: true, left: false });
      await wire.stop();
      const path = `/2010-04-01/Accounts/${credentials.accountSid}/IncomingPhoneNumbers/${number.sid}.json`;
      const [read, set] = [`200 GET ${path}`, `200 POST ${path}`];
      expect(wire.answers).toEqual([read, read, set, read, read]);
    });

    test.each([
      ["from a number", { from: { phoneNumber: "+14155550142" }, mediaUrls: [] }],
      ["from a service", { from: { messagingServiceSid: service.sid }, mediaUrls: [] }],
      [
        "with pictures",
        {
          from: { phoneNumber: "+14155550142" },
          mediaUrls: ["https://desk.example/a.png", "https://desk.example/b.png"],
        },
      ],
    ])("sending %s", async (_, how) => {
      const message = {
        to: "+14155550101",
        content: "Hello",
        statusCallback: "https://desk.example/api/webhooks/twilio/status?m=msg_1#rc=3",
        ...how,
      };
      expect(await twilio().send(outside, credentials, message)).toMatchObject({ outcome: "accepted" });
    });

    test("listing what was sent to somebody", async () => {
      // Prism's example is from long ago and names a next page for ever: asked for what is new, the first page is enough.
      expect(await twilio().listSentTo(outside, credentials, "+14155550101", new Date())).toEqual([]);
    });

    test("listing what a number received, and the numbers of a service", async () => {
      const received = await twilio().listReceived(outside, credentials, "+14155550142", new Date(), new Date());
      expect(received?.texts).toEqual([]);
      const [number, shortCode] = [expect.any(String), expect.any(String)];
      expect(await twilio().numbersOfService(outside, credentials, service.sid)).toEqual([number, shortCode]);
      expect(await twilio().sendsByName(outside, credentials, service.sid)).toBe(true);
    });

    test("asking how one message fares", async () => {
      const found = await twilio().readSent(outside, credentials, `SM${hex("e")}`);
      expect(found).toMatchObject({ providerSid: expect.stringMatching(/^SM/), status: expect.any(String) });
    });

    test("subaccounts: found, opened, closed", async () => {
      const name = "Parley act_1";
      // Prism answers its examples, whose names are others: well asked, not found.
      expect(await market().findSubaccounts(outside, credentials, name)).toEqual({ ok: true, items: [] });
      expect(await market().openSubaccount(outside, credentials, name)).toMatchObject({ ok: true });
      expect(await market().closeSubaccount(outside, credentials, credentials.accountSid)).toEqual({ ok: true });
    });

    test("numbers: picked, bought, pointed at us, released", async () => {
      expect(await market().heldNumbers(outside, credentials, "+14155550142")).toMatchObject({ ok: true });
      expect(await market().offeredNumbers(outside, credentials, { country: "US", areaCode: "415" })).toMatchObject({
        ok: true,
        phoneNumbers: expect.arrayContaining([expect.stringMatching(/^\+1/)]),
      });
      expect(await market().buyNumber(outside, credentials, "+14155550142")).toMatchObject({ ok: true });
      const urls = {
        texts: "https://desk.example/sms#rc=3",
        calls: "https://desk.example/voice#rc=3",
        callsEnd: "https://desk.example/voice/ended#rc=3",
      };
      expect(await market().pointNumber(outside, credentials, number.sid, urls)).toMatchObject({ ok: true });
      expect(await market().releaseNumber(outside, credentials, number.sid)).toEqual({ ok: true });
    });

    test("addresses: made, found, removed, and a number bought with its papers", async () => {
      const papers = createTwilioPaperwork(hosts());
      const address = {
        ...{ name: "Parley smr_1", customerName: "Kiln & Co.", street: "1 Kiln Lane", streetSecondary: "Yard" },
        ...{ city: "Hilo", region: "HI", postalCode: "96720", country: "US" },
      };
      expect(await papers.createAddress(outside, credentials, address)).toMatchObject({ ok: true });
      expect(await papers.findAddresses(outside, credentials, address.name)).toEqual({ ok: true, sids: [] });
      expect(await papers.removeAddress(outside, credentials, `AD${hex("f")}`)).toEqual({ ok: true });
      const given = { addressSid: `AD${hex("f")}`, bundleSid: `BU${hex("f")}` };
      expect(await market().buyNumber(outside, credentials, "+14155550142", given)).toMatchObject({ ok: true });
    });

    test("a call that is not as described is refused", async () => {
      const wrong = {
        to: "+14155550101",
        content: "x".repeat(1601),
        statusCallback: null,
        from: { phoneNumber: "+14155550142" },
        mediaUrls: [],
      };
      expect(await twilio().send(outside, credentials, wrong)).toMatchObject({ outcome: "refused" });
    });
  },
);
