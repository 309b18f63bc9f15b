/**
 * The floor of pixels: the least that shows a stored text at once. What is posted is committed with a NOTIFY on the same
 * PostgreSQL; who listens there sends it to a static page, which appends a line.
 */
import { createServer, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import pg from "pg";

const { HOST = "", PORT = "0", DATABASE = "" } = process.env;
const PAGE = `<!doctype html><meta charset="utf-8"><title>Bare</title><main><ol role="log"></ol></main><script>
const lines = new EventSource("/lines");
lines.onopen = () => { document.title = "Listening"; };
lines.onmessage = ({ data }) => {
  const line = document.createElement("li");
  line.textContent = data;
  document.querySelector("ol").append(line);
};
</script>`;

const connection = JSON.parse(DATABASE) as pg.ClientConfig;
const pool = new pg.Pool(connection).on("error", () => {}); // the database went first: the run was interrupted
await pool.query("create table lines (id bigint generated always as identity primary key, content text not null)");
const ear = new pg.Client(connection);
ear.on("error", () => {});
await ear.connect();
await ear.query("listen lines");

const pages = new Set<ServerResponse>();
ear.on("notification", ({ payload }) => {
  for (const each of pages) each.write(`data: ${payload}\n\n`);
});

const STORE = `with stored as (insert into lines (content) values ($1) returning content)
  select pg_notify('lines', content) from stored`;

const server = createServer(async (request, response) => {
  try {
    if (request.method === "POST") {
      await pool.query({ name: "store", text: STORE, values: [await text(request)] });
      response.writeHead(200).end();
    } else if (request.url === "/lines") {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      pages.add(response);
      response.on("close", () => pages.delete(response));
    } else {
      response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
    }
  } catch {
    response.writeHead(500).end();
  }
});

server.listen(Number(PORT), HOST, () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  process.stdout.write(`http://${HOST}:${address.port}/\n`);
});
process.once("SIGTERM", () => {
  server.closeAllConnections();
  server.close();
  void ear.end();
  void pool.end();
});
