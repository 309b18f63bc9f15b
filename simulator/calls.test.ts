import { afterEach, beforeEach, expect, test } from "vitest";
import { sign } from "./signature.ts";
import { type Bench, DANA, KILN, startBench, startHooks } from "./test-kit.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

test("a call asks the number's VoiceUrl, signed, and tells what it answered", async () => {
  const twiml = "<Response><Say>We are at the wheel. Text us!</Say></Response>";
  const receiver = await startHooks(() => ({ body: twiml }));
  const url = `${receiver.url}/voice`;
  const sid = bench.simulator.overview().numbers[0]?.sid ?? "";
  await bench.api("POST", `/IncomingPhoneNumbers/${sid}.json`, { VoiceUrl: `${url}#rc=2`, VoiceMethod: "POST" });
  const call = await bench.simulator.call({ from: DANA, to: KILN });
  expect(call).toMatchObject({ twiml, reason: null, callSid: expect.stringMatching(/^CA[0-9a-f]{32}$/) });
  const [hook] = receiver.hooks;
  const { AccountSid } = hook?.params ?? {};
  expect(AccountSid).toBe(bench.account.sid);
  expect(hook?.params).toMatchObject({ From: DANA, To: KILN, CallSid: call.callSid, CallStatus: "ringing" });
  expect(hook?.headers["x-twilio-signature"]).toBe(sign(bench.account.authToken, url, hook?.params ?? {}));
  await receiver.stop();
});

test("a number without a VoiceUrl, without voice, or of a suspended account hears nothing", async () => {
  const reason = async () => (await bench.simulator.call({ from: DANA, to: KILN })).reason;
  expect(await reason()).toBe("it has no VoiceUrl");
  bench.simulator.updateNumber(KILN, { capabilities: { voice: false } });
  expect(await reason()).toBe("the number takes no calls");
  bench.simulator.updateAccount(bench.account.sid, { status: "suspended" });
  expect(await reason()).toBe("the account is suspended");
});
