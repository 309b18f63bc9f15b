import { useMe } from "../shell/session.ts";

export function useWorkspaceName(): string {
  const { workspaceId, workspaces } = useMe();
  return workspaces.find(({ id }) => id === workspaceId)?.name ?? "This workspace";
}
