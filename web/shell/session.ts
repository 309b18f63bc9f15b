/** Who is here: signing in and out, and the workspace that is looked at. */
import { useSuspenseQuery } from "@tanstack/react-query";
import type { Permission } from "../../contract/accounts.ts";
import { Refused } from "../api/client.ts";
import { codeOf } from "../api/problems.ts";
import type { WhoIAm } from "../api/queries.ts";
import { type DeskApi, useApi } from "./desk-api.ts";
import { memory } from "./page.ts";

/** Who is signed in, in a workspace that is theirs. Throws Refused 401 where nobody is. */
export async function findMe(api: DeskApi): Promise<WhoIAm> {
  try {
    return await api.cache.fetchQuery({ ...api.queries.me(), staleTime: Number.POSITIVE_INFINITY });
  } catch (error) {
    // The workspace that this browser remembers is not theirs (any more), or they have several and chose none yet.
    const mine = error instanceof Refused ? (error.problem.workspaces as Array<{ id: string }> | undefined) : undefined;
    const code = codeOf(error);
    if (code === "workspace_required" && mine?.[0]) memory.set("workspace", mine[0].id);
    else if (code === "not_a_member" && memory.get("workspace")) memory.set("workspace", null);
    else throw error;
    return findMe(api);
  }
}

/** Everything that is shown belongs to one workspace: another one is a new start. */
export function switchWorkspace(id: string): void {
  memory.set("workspace", id);
  location.assign("/inbox");
}

/** @param next where to go from here */
export async function signOut({ client }: DeskApi, next = "/sign-in"): Promise<void> {
  await client.ask("/api/auth/sign-out", { method: "POST" }).catch(() => {}); // gone is gone
  memory.clear();
  location.assign(next);
}

export function useMe(): WhoIAm {
  return useSuspenseQuery(useApi().queries.me()).data;
}

/** Whether I may, for buttons; the server decides. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.includes(permission);
}

/** The sentence of a button that one's role does not allow. */
export const NOT_ALLOWED = "Your role does not allow this. Ask an owner or admin of the workspace.";
