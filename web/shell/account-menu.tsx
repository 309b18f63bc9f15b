import { useNavigate } from "@tanstack/react-router";
import { roleName } from "../accounts/roles.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Menu, MenuItem, MenuLine, MenuTitle } from "../ui/menu.tsx";
import { useApi } from "./desk-api.ts";
import { signOut, switchWorkspace, useMe } from "./session.ts";
import { THEMES, useTheme } from "./theme.ts";

const THEME_NAMES = { system: "Like the system", light: "Light", dark: "Dark" } as const;

export function AccountMenu({ showKeys }: { showKeys(): void }) {
  const api = useApi();
  const me = useMe();
  const navigate = useNavigate();
  const [theme, setTheme] = useTheme();
  const name = me.actor.name ?? "You";
  return (
    <Menu
      side="right"
      align="end"
      trigger={
        <button
          type="button"
          aria-label={`Account of ${name}`}
          className="grid size-9 place-items-center rounded-full max-md:size-11"
        >
          <Avatar name={name} />
        </button>
      }
    >
      <MenuTitle>
        {name}
        {me.role && <span className="font-normal"> · {roleName(me.role)}</span>}
      </MenuTitle>
      {me.workspaces.length > 1 && (
        <>
          <MenuLine />
          <MenuTitle>Workspace</MenuTitle>
          {me.workspaces.map((each) => (
            <MenuItem key={each.id} checked={each.id === me.workspaceId} onSelect={() => switchWorkspace(each.id)}>
              {each.name}
            </MenuItem>
          ))}
        </>
      )}
      <MenuLine />
      <MenuTitle>Appearance</MenuTitle>
      {THEMES.map((each) => (
        <MenuItem key={each} checked={each === theme} onSelect={() => setTheme(each)}>
          {THEME_NAMES[each]}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem hint="?" onSelect={showKeys}>
        Keyboard
      </MenuItem>
      <MenuItem onSelect={() => void navigate({ to: "/settings/security", search: { dialog: undefined } })}>
        Password and sessions
      </MenuItem>
      <MenuItem onSelect={() => void signOut(api)}>Sign out</MenuItem>
    </Menu>
  );
}
