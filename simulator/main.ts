import { startSimulator } from "./simulator.ts";

// Twilio, simulated, for a person at a terminal: one account with two numbers, ready to be connected and texted.

const port = Number(process.env.PORT ?? 4010);
const seed = process.env.SIMULATOR_SEED;
const simulator = await startSimulator({ port, ...(seed === undefined ? {} : { seed }) });
const account = simulator.createAccount({ friendlyName: "Ready account" });
const local = simulator.addNumber({ accountSid: account.sid, phoneNumber: "+14155550142" });
const tollFree = simulator.addNumber({ accountSid: account.sid, phoneNumber: "+18885550142" });

console.log(`Twilio, simulated, at ${simulator.url}
  Account SID  ${account.sid}
  Auth token   ${account.authToken}
  Numbers      ${local.phoneNumber} (local), ${tollFree.phoneNumber} (toll-free)

Set a number's webhook:
  curl -u ${account.sid}:${account.authToken} -d SmsUrl=http://localhost:3000/api/webhooks/twilio/sms \\
    ${simulator.url}/2010-04-01/Accounts/${account.sid}/IncomingPhoneNumbers/${local.sid}.json
Text from a customer's phone:
  curl --json '{"from":"+14155550123","to":"${local.phoneNumber}","body":"Are you open today?"}' ${simulator.url}/simulator/texts
See what that phone got:
  curl ${simulator.url}/simulator/phones/+14155550123
See the papers that were filed for a number, and decide on them:
  curl ${simulator.url}/simulator/bundles
  curl --json '{"status":"twilio-rejected","reason":"The excerpt is too old."}' ${simulator.url}/simulator/bundles/BU…
`);

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void simulator.stop());
