/** HTTP of the accounts room. */
import { z } from "zod";
import {
  ApiKey,
  CreatedApiKey,
  Me,
  Member,
  MemberPatch,
  NewApiKey,
  NewMember,
  Workspace,
  WorkspacePatch,
} from "../../contract/accounts.ts";
import { idOf } from "../../contract/ids.ts";
import { pageOf, pagingById } from "../../contract/paging.ts";
import { acts, type Route, reads, writes } from "../platform/http/route.ts";
import { pageOfAll } from "../platform/page.ts";
import { type CheckKeywords, changeWorkspace, workspaceJson, workspaceOf } from "./accounts.ts";
import { addKey, addMember, changeRole, keyJson, members, removeMember, revokeKey } from "./members.ts";
import type { SignIn } from "./sign-in/sign-in.ts";
import { findDemoAccount, listKeys, membershipsOf } from "./store.ts";

const memberId = z.strictObject({ id: idOf("mem") });
const keyId = z.strictObject({ id: idOf("key") });

export function accountRoutes({ signIn, checkKeywords }: { signIn: SignIn; checkKeywords: CheckKeywords }): Route[] {
  return [
    reads({
      path: "/api/me",
      summary: "Who I am, and what I may do here",
      permission: "any",
      answer: Me,
      async handle(view, { caller }) {
        const mine =
          caller.actor.type === "member"
            ? await view.ground.rows<{ userId: string }>(`select user_id as "userId" from members where id = $1`, [
                caller.actor.id,
              ])
            : [];
        const memberships = mine[0] ? await membershipsOf(view.ground, mine[0].userId) : [];
        return {
          actor: caller.actor,
          accountId: caller.accountId,
          demo: (await findDemoAccount(view.ground))?.id === caller.accountId,
          workspaceId: caller.workspaceId,
          role: caller.role,
          permissions: [...caller.permissions],
          workspaces: memberships.map((each) => ({ id: each.workspaceId, name: each.workspaceName, role: each.role })),
        };
      },
    }),
    reads({
      path: "/api/workspace",
      summary: "This workspace's settings",
      permission: "inbox.read",
      answer: Workspace,
      handle: async (view) => workspaceJson(await workspaceOf(view.ground, view.workspaceId)),
    }),
    writes({
      method: "PATCH",
      path: "/api/workspace",
      summary: "Change this workspace's settings",
      permission: "settings.write",
      body: WorkspacePatch,
      answer: Workspace,
      handle: (tx, { body, caller }) => changeWorkspace(tx, body, caller.actor, checkKeywords),
    }),
    reads({
      path: "/api/members",
      summary: "Who works in this workspace",
      permission: "inbox.read",
      query: z.strictObject(pagingById("mem")),
      answer: pageOf(Member),
      handle: async (view, { query, caller }) => pageOfAll(await members(view.ground, caller), query),
    }),
    acts({
      method: "POST",
      path: "/api/members",
      summary: "Add a member",
      permission: "members.manage",
      status: 201,
      body: NewMember,
      answer: Member,
      handle: (database, { body, caller }) => addMember(database, signIn, body, caller),
    }),
    writes({
      method: "PATCH",
      path: "/api/members/:id",
      summary: "Change a member's role",
      permission: "members.manage",
      params: memberId,
      body: MemberPatch,
      answer: Member,
      handle: (tx, { params, body, caller }) => changeRole(tx, params.id, body.role, caller),
    }),
    writes({
      method: "DELETE",
      path: "/api/members/:id",
      summary: "Remove a member from this workspace",
      permission: "members.manage",
      params: memberId,
      answer: null,
      async handle(tx, { params, caller }) {
        await removeMember(tx, params.id, caller);
        return undefined;
      },
    }),
    reads({
      path: "/api/api-keys",
      summary: "API keys, without their secrets",
      permission: "apikeys.manage",
      query: z.strictObject(pagingById("key")),
      answer: pageOf(ApiKey),
      handle: async (view, { query }) => pageOfAll((await listKeys(view.ground, view.workspaceId)).map(keyJson), query),
    }),
    writes({
      method: "POST",
      path: "/api/api-keys",
      summary: "Make an API key; its secret is shown this once",
      permission: "apikeys.manage",
      status: 201,
      body: NewApiKey,
      answer: CreatedApiKey,
      handle: (tx, { body, caller }) => addKey(tx, body, caller),
    }),
    writes({
      method: "DELETE",
      path: "/api/api-keys/:id",
      summary: "Revoke an API key at once",
      permission: "apikeys.manage",
      params: keyId,
      answer: null,
      async handle(tx, { params, caller }) {
        await revokeKey(tx, params.id, caller);
        return undefined;
      },
    }),
  ];
}
