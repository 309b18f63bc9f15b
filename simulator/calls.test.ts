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

test("a call that is carried out follows its TwiML, keeps what is said, and tells of its end", async () => {
  const said =
    "<Response><Record action='URL/recorded' recordingStatusCallback='URL/stored' maxLength='30'/></Response>";
  let url = "";
  const receiver = await startHooks(({ params }) => ({
    body: params.DialCallStatus
      ? said.replaceAll("URL", url)
      : params.CallStatus === "ringing"
        ? `<Response><Dial action="${url}/dialed"><Number>+14155550177</Number></Dial></Response>`
        : "<Response/>",
  }));
  url = receiver.url;
  const sid = bench.simulator.overview().numbers[0]?.sid ?? "";
  const ended = `${url}/ended`;
  await bench.api("POST", `/IncomingPhoneNumbers/${sid}.json`, { VoiceUrl: `${url}/voice`, StatusCallback: ended });
  const { followed } = await bench.simulator.call({ from: DANA, to: KILN, outcome: "busy", voicemailSeconds: 40 });
  expect(followed.map((each) => each.url)).toEqual([`${url}/dialed`, `${url}/recorded`, `${url}/stored`, ended]);
  expect(followed[1]?.params).toMatchObject({ CallStatus: "completed", RecordingDuration: "30" });
  expect(followed[2]?.params).toMatchObject({ RecordingStatus: "completed" });
  const recording = followed[1]?.params.RecordingSid;
  expect((await bench.api("GET", `/Recordings/${recording}`)).status).toBe(200);
  await receiver.stop();
});
