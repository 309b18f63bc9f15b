/** The floor of dispatch, a process of its own: the same messages posted to the same provider by bare HTTP requests. */
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

export interface PostsJob {
  url: string;
  signer: { accountSid: string; authToken: string };
  from: string;
  to: string[];
  content: string;
  inFlight: number;
}

export interface PostsAnswer {
  statuses: Record<string, number>;
  /** Processor time that the posting took, in ms. */
  cpuMs: number;
}

const { url, signer, from, to, content, inFlight } = JSON.parse(await text(process.stdin)) as PostsJob;
const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
const authorization = `Basic ${Buffer.from(`${signer.accountSid}:${signer.authToken}`).toString("base64")}`;

function post(recipient: string): Promise<number> {
  const body = new URLSearchParams({ To: recipient, From: from, Body: content }).toString();
  return new Promise((resolve, reject) => {
    const headers = {
      authorization,
      "content-type": "application/x-www-form-urlencoded",
      "content-length": Buffer.byteLength(body),
    };
    request(url, { method: "POST", agent, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    })
      .on("error", reject)
      .end(body);
  });
}

const statuses: Record<string, number> = {};
let next = 0;
async function work(): Promise<void> {
  for (let recipient = to[next++]; recipient; recipient = to[next++]) {
    const status = await post(recipient);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
}
const startedAt = process.cpuUsage();
await Promise.all(Array.from({ length: inFlight }, work));
const { user, system } = process.cpuUsage(startedAt);
agent.destroy();
const answer: PostsAnswer = { statuses, cpuMs: (user + system) / 1000 };
process.stdout.write(JSON.stringify(answer));
