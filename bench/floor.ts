/**
 * The floor of inbound: the least that is still right. A bare HTTP server that reads the form, checks the signature and
 * commits one INSERT on the same PostgreSQL before it answers.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { parse } from "node:querystring";
import pg from "pg";

const { HOST = "", PORT = "0", DATABASE = "", AUTH_TOKEN = "" } = process.env;
const PATH = "/webhook";
const POOL_SIZE = 20; // as many as the product has; more or fewer made it no faster
const ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

const pool = new pg.Pool({ ...JSON.parse(DATABASE), max: POOL_SIZE });
pool.on("error", () => {}); // the database went first: the run was interrupted
await pool.query(
  `create table texts (sid text primary key, account_sid text not null, from_address text not null, to_address text not null,
     content text not null, created_at timestamptz not null default now())`,
);

let url = "";

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => resolve(body)).on("error", reject);
  });
}

function isSigned(signature: unknown, form: Record<string, unknown>): boolean {
  let signed = url;
  for (const name of Object.keys(form).sort()) signed += `${name}${form[name]}`;
  const expected = createHmac("sha1", AUTH_TOKEN).update(signed, "utf8").digest();
  const given = Buffer.from(String(signature), "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const server = createServer(async (request, response) => {
  try {
    const form = parse(await bodyOf(request));
    if (request.url !== PATH || !isSigned(request.headers["x-twilio-signature"], form)) {
      response.writeHead(403).end();
      return;
    }
    await pool.query({
      name: "insert",
      text: "insert into texts (sid, account_sid, from_address, to_address, content) values ($1, $2, $3, $4, $5) on conflict do nothing",
      values: [form.MessageSid, form.AccountSid, form.From, form.To, form.Body],
    });
    response.writeHead(200, { "content-type": "text/xml", "content-length": ANSWER.length }).end(ANSWER);
  } catch {
    response.writeHead(500).end();
  }
});

server.listen(Number(PORT), HOST, () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  url = `http://${HOST}:${address.port}${PATH}`;
  process.stdout.write(`${url}\n`);
});
process.once("SIGTERM", () => {
  server.closeAllConnections();
  server.close();
  void pool.end();
});
