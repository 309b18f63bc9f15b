/** The two businesses of the torture, and how they are asked by whoever calls their API. */
import http from "node:http";
import type { ConnectionSettings } from "../../server/platform/db/pool.ts";
import { createApi } from "../support/api.ts";
import { foundNeighbour } from "../support/people.ts";
import { chanceOf } from "./chance.ts";
import type { Scene } from "./check.ts";
import type { Business, Site } from "./site.ts";

/** One HTTP request to the house; rejects where no answer came. Without an agent each has a connection of its own. */
export function callAt(publicUrl: string, agent: http.Agent | false = false): Site["call"] {
  return (business, method, path, body, key) =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${business.apiKey}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
        "idempotency-key": key,
      };
      const request = http.request(`${publicUrl}${path}`, { method, headers, agent }, (response) => {
        let answer = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          answer += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer) }));
        response.on("error", reject);
      });
      request.on("error", reject);
      request.end(text);
    });
}

interface Ground {
  site: Pick<Scene, "admin" | "simulator" | "businesses" | "secrets"> & {
    call: Site["call"];
    clock: Parameters<typeof foundNeighbour>[0]["clock"];
  };
  /** The database that the house has brought up to date. */
  connection: ConnectionSettings;
  /** The first API key: that of the business that the house was set up with. */
  apiKey: string;
  /** What each number may send a second. */
  mps: number;
  /** Lets an answer of the house come about. */
  through<T>(promise: Promise<T>): Promise<T>;
}

/** Two businesses with two numbers each: one answers STOP itself, for the other the provider does. */
export async function foundBusinesses({ site, connection, apiKey, mps, through }: Ground): Promise<void> {
  const { admin, simulator, clock, call, secrets, businesses } = site;
  const as = (authorization: string | null) => createApi("", authorization);
  const loom = await foundNeighbour({ as, connection, clock }, "Loom & Sons", undefined, chanceOf("Loom & Sons").bytes);
  const { rows } = await admin.query<{ id: string }>("select id from workspaces where id <> $1", [loom.workspaceId]);
  secrets.push(loom.apiKey);
  const shapes = [
    { workspaceId: rows[0]?.id ?? "", apiKey, area: "415", answers: "parley", optOut: "off" as const },
    {
      workspaceId: loom.workspaceId,
      apiKey: loom.apiKey,
      area: "212",
      answers: "provider",
      optOut: "default" as const,
    },
  ];
  for (const { workspaceId, apiKey: key, area, answers, optOut } of shapes) {
    const account = simulator.createAccount({ pacing: { mps: null } });
    secrets.push(account.authToken);
    const business: Business = {
      ...{ workspaceId, apiKey: key, accountSid: account.sid, mps },
      ...{ numbers: [`+1${area}5550142`, `+1${area}5550143`], connectionIds: [] },
    };
    const must = async (method: string, path: string, body: unknown, once: string) => {
      const { status, body: answer } = await through(call(business, method, path, body, once));
      if (status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
      return answer;
    };
    for (const phoneNumber of business.numbers) {
      simulator.addNumber({ accountSid: account.sid, phoneNumber, optOut });
      const body = { accountSid: account.sid, authToken: account.authToken, phoneNumber };
      const { id } = await must("POST", "/api/channels/sms/connect", body, phoneNumber);
      if (!id) throw new Error(`${phoneNumber} was connected without an id`);
      business.connectionIds.push(id);
      const path = `/api/channels/${id}`;
      await must("PATCH", path, { mps, keywordReplies: answers }, `${path}${area}`);
    }
    businesses.push(business);
  }
}
