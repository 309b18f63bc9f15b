/** Who works in a town: members who sign in, keys of few rights, and another business in the same house. */
import { createHash, randomBytes } from "node:crypto";
import { type Answer, type Api, createApi } from "./api.ts";
import { asOwner } from "./sql.ts";
import { OWNER, type Town } from "./town.ts";

export type Role = "owner" | "admin" | "agent" | "viewer";

export interface Colleague {
  memberId: string;
  email: string;
  password: string;
  cookie: string;
  /** The API in their session. */
  api: Api;
}

/** Signs in by e-mail and password on a page of `origin`; `cookie` is what a browser would send from now on. */
export async function signIn(
  town: Town,
  email: string,
  password: string,
  origin: string = town.publicUrl,
): Promise<{ answer: Answer; cookie: string }> {
  const answer = await town.as(null).post("/api/auth/sign-in/email", { email, password }, { origin });
  const cookie = answer.headers.getSetCookie().map((each) => each.split(";")[0]);
  return { answer, cookie: cookie.join("; ") };
}

/** The API in a browser's session. */
export const inSession = (town: Town, cookie: string, workspaceId?: string): Api =>
  createApi(town.publicUrl, null, { cookie, ...(workspaceId ? { "parley-workspace": workspaceId } : {}) });

export async function workspaceOf(town: Town): Promise<string> {
  return String((await town.api.get("/api/me")).body.workspaceId);
}

/** Adds a member through the API and signs them in. */
export async function hire(town: Town, role: Role, name: string = role): Promise<Colleague> {
  const email = `${name.toLowerCase()}@kiln.example`;
  const password = `${name}-and-the-wheel`;
  const { status, body } = await town.api.post("/api/members", { name, email, role, password });
  if (status !== 201) throw new Error(`not hired: ${JSON.stringify(body)}`);
  const { cookie } = await signIn(town, email, password);
  return { memberId: String(body.id), email, password, cookie, api: inSession(town, cookie, await workspaceOf(town)) };
}

/** The first owner, signed in. */
export async function ownerSession(town: Town): Promise<Colleague> {
  const { cookie } = await signIn(town, OWNER.email, OWNER.password);
  const api = inSession(town, cookie, await workspaceOf(town));
  const { actor } = (await api.get("/api/me")).body as { actor?: { id: string } };
  return { memberId: actor?.id ?? "", ...OWNER, cookie, api };
}

/** An API key, made through the API. */
export async function keyWith(
  town: Town,
  permissions: readonly string[],
  name = "A key",
): Promise<{ id: string; secret: string; api: Api }> {
  const { status, body } = await town.api.post("/api/api-keys", { name, permissions });
  if (status !== 201) throw new Error(`no key: ${JSON.stringify(body)}`);
  return { id: String(body.id), secret: String(body.secret), api: town.as(`Bearer ${body.secret}`) };
}

export interface Neighbour {
  accountId: string;
  workspaceId: string;
  apiKey: string;
  /** Their API, with a key of every right. */
  api: Api;
}

/** Another business in the same house (or another workspace of the same one), with a key of every right. */
export async function foundNeighbour(
  town: Pick<Town, "as" | "connection"> & { clock: Pick<Town["clock"], "now"> },
  name = "Loom & Sons",
  inAccount?: string,
  bytes: (count: number) => Buffer = randomBytes,
): Promise<Neighbour> {
  const newId = (prefix: string) => `${prefix}_${bytes(16).toString("hex")}`;
  const accountId = inAccount ?? newId("acc");
  const workspaceId = newId("wsp");
  const secret = `neighbour-${bytes(24).toString("hex")}`;
  const now = town.clock.now();
  if (!inAccount)
    await asOwner(town, "insert into accounts (id, name, created_at) values ($1, $2, $3)", [accountId, name, now]);
  await asOwner(
    town,
    "insert into workspaces (id, account_id, name, time_zone, created_at) values ($1, $2, $3, 'Europe/Lisbon', $4)",
    [workspaceId, accountId, name, now],
  );
  await asOwner(
    town,
    `insert into api_keys (id, workspace_id, name, hash, last_four, permissions, created_at)
       select $1, $2, 'Their key', $3, $4, k.permissions, $5 from api_keys k order by k.id limit 1`,
    [newId("key"), workspaceId, createHash("sha256").update(secret).digest("hex"), secret.slice(-4), now],
  );
  return { accountId, workspaceId, apiKey: secret, api: town.as(`Bearer ${secret}`) };
}
