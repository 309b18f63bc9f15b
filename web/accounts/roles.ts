/** The roles, as people call them. */
import type { Role } from "../../contract/accounts.ts";

export const ROLES = [
  { value: "owner", label: "Owner", about: "Everything, the account itself too." },
  { value: "admin", label: "Admin", about: "Everything but the account itself." },
  { value: "agent", label: "Teammate", about: "Answers customers, assigns, edits contacts, records consent." },
  { value: "viewer", label: "Viewer", about: "Reads along." },
] as const satisfies ReadonlyArray<{ value: Role; label: string; about: string }>;

export const roleName = (role: Role): string => ROLES.find((each) => each.value === role)?.label ?? role;
