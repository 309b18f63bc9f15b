/** Who asks: an API key (it carries its workspace) or a session cookie (the request names the workspace). */
import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { isId } from "../../contract/ids.ts";
import type { Ground } from "../platform/db/handles.ts";
import { invalid, Refusal } from "../platform/errors.ts";
import type { Caller } from "../platform/http/route.ts";
import { permissionsOf } from "./may.ts";
import type { SignIn } from "./sign-in/sign-in.ts";
import { findKeyByHash, membershipsOf, noteKeyUse } from "./store.ts";

/** Keys are long random strings, so a plain hash keeps them (no need of a slow one). */
export const hashKey = (key: string): string => createHash("sha256").update(key).digest("hex");

const unauthorized = (detail: string) => new Refusal(401, "unauthorized", detail);
const USE_NOTED_EVERY_MS = 60_000;

export function createAuthenticate(ground: Ground, signIn: SignIn) {
  async function byKey(key: string): Promise<Caller> {
    const holder = await findKeyByHash(ground, hashKey(key));
    if (!holder)
      throw unauthorized("This API key is not known here, or it was revoked. Make one under Settings > API keys.");
    if (!holder.lastUsedAt || ground.now.getTime() - holder.lastUsedAt.getTime() > USE_NOTED_EVERY_MS)
      await noteKeyUse(ground, holder.id);
    return {
      actor: { type: "api", id: holder.id, name: holder.name },
      session: null,
      accountId: holder.accountId,
      workspaceId: holder.workspaceId,
      role: null,
      permissions: new Set(holder.permissions),
    };
  }

  async function bySession(request: FastifyRequest): Promise<Caller> {
    const user = await signIn.userOf(request);
    if (!user) throw unauthorized("Sign in, or send an API key as `Authorization: Bearer <key>`.");
    // A cookie travels by itself: a page of another origin must not write with it.
    if (request.method !== "GET") signIn.refuseForeign(request);
    const memberships = await membershipsOf(ground, user.id);
    // A picture in a page is fetched without headers of ours: its address names the workspace.
    const { workspace } = request.query as { workspace?: unknown };
    const named = request.headers["parley-workspace"] ?? (request.method === "GET" ? workspace : undefined);
    if (named === undefined && memberships.length > 1) {
      throw invalid(
        "workspace_required",
        "You belong to several workspaces: name one in the header Parley-Workspace.",
        "Parley-Workspace",
        { workspaces: memberships.map((each) => ({ id: each.workspaceId, name: each.workspaceName })) },
      );
    }
    const membership = named === undefined ? memberships[0] : memberships.find((each) => each.workspaceId === named);
    if (!membership)
      throw new Refusal(
        403,
        "not_a_member",
        "You are not a member of this workspace. Ask one of its owners or admins.",
      );
    const { memberId, name, accountId, workspaceId, role } = membership;
    return {
      actor: { type: "member", id: memberId, name },
      session: { id: user.sessionId, userId: user.id },
      accountId,
      workspaceId,
      role,
      permissions: permissionsOf(role),
    };
  }

  return async (request: FastifyRequest): Promise<Caller> => {
    const { authorization } = request.headers;
    if (authorization === undefined) return bySession(request);
    const key = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    if (!key) throw unauthorized("The Authorization header must read `Bearer <API key>`.");
    const caller = await byKey(key);
    if (!isId("wsp", caller.workspaceId)) throw new Error("a key without a workspace");
    return caller;
  };
}
