import { useNavigate } from "@tanstack/react-router";
import {
  Bot,
  Keyboard,
  KeyRound,
  LogOut,
  Megaphone,
  Moon,
  Plus,
  ScrollText,
  Settings,
  ShieldCheck,
  Sun,
  Users,
} from "lucide-react";
import { PaletteActs, PaletteNew, PalettePlaces } from "../desk/palette-acts.tsx";
import { Command, CommandGroup, CommandItem } from "../ui/command.tsx";
import { useApi } from "./desk-api.ts";
import { signOut, useMay, useMe } from "./session.ts";
import { useTheme } from "./theme.ts";

/** Every place and act by name. */
export function Palette({ onClose, showKeys }: { onClose(): void; showKeys(): void }) {
  const api = useApi();
  const me = useMe();
  const may = useMay();
  const navigate = useNavigate();
  const [, setTheme] = useTheme();
  const act = (run: () => unknown) => () => {
    onClose();
    run();
  };
  return (
    <Command open onClose={onClose} label="Go to or do" placeholder="Go to a page, or do something">
      <PaletteActs act={act} />
      <CommandGroup title="Go to">
        <PalettePlaces act={act} />
        <CommandItem onSelect={act(() => navigate({ to: "/agents", search: { dialog: undefined } }))}>
          <Bot aria-hidden /> Agents
        </CommandItem>
        <CommandItem onSelect={act(() => navigate({ to: "/account/channels", search: { dialog: undefined } }))}>
          <Megaphone aria-hidden /> Channels
        </CommandItem>
        <CommandItem onSelect={act(() => navigate({ to: "/settings/workspace" }))}>
          <Settings aria-hidden /> Workspace settings
        </CommandItem>
        <CommandItem onSelect={act(() => navigate({ to: "/settings/members", search: { dialog: undefined } }))}>
          <Users aria-hidden /> Members
        </CommandItem>
        {may("apikeys.manage") && (
          <CommandItem onSelect={act(() => navigate({ to: "/settings/api-keys", search: { dialog: undefined } }))}>
            <KeyRound aria-hidden /> API keys
          </CommandItem>
        )}
        <CommandItem onSelect={act(() => navigate({ to: "/settings/security", search: { dialog: undefined } }))}>
          <ShieldCheck aria-hidden /> Security: password, second step, sessions
        </CommandItem>
        {may("audit.read") && (
          <CommandItem onSelect={act(() => navigate({ to: "/settings/audit", search: {} }))}>
            <ScrollText aria-hidden /> Audit log
          </CommandItem>
        )}
      </CommandGroup>
      <CommandGroup title="Do">
        <PaletteNew act={act} />
        {may("channels.connect") && (
          <CommandItem onSelect={act(() => navigate({ to: "/account/channels", search: { dialog: "connect" } }))}>
            <Plus aria-hidden /> Connect a number
          </CommandItem>
        )}
        <CommandItem onSelect={act(() => setTheme("light"))}>
          <Sun aria-hidden /> Light appearance
        </CommandItem>
        <CommandItem onSelect={act(() => setTheme("dark"))}>
          <Moon aria-hidden /> Dark appearance
        </CommandItem>
        <CommandItem hint="?" onSelect={act(showKeys)}>
          <Keyboard aria-hidden /> Keyboard
        </CommandItem>
        <CommandItem onSelect={act(() => signOut(api))}>
          <LogOut aria-hidden /> Sign out {me.actor.name}
        </CommandItem>
      </CommandGroup>
    </Command>
  );
}
