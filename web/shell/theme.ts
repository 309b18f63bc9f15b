/** Light or dark: as the system says, or as was chosen here. */
import { useSyncExternalStore } from "react";
import { memory } from "./page.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

const chosen = (): Theme => THEMES.find((theme) => theme === memory.get("theme")) ?? "system";

export function applyTheme(): void {
  const theme = chosen();
  document.documentElement.dataset.theme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
  for (const listener of listeners) listener();
}
dark.addEventListener("change", applyTheme);

export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, chosen);
  return [
    theme,
    (next) => {
      memory.set("theme", next === "system" ? null : next);
      applyTheme();
    },
  ];
}
