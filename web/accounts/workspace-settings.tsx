export const WorkspaceSettings = () => null;
