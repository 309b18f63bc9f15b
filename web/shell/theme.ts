/**
 * Light or dark: as the system says, or as was chosen here. What was chosen is kept in a cookie, so that the server writes it
 * into the page, and not even the first paint is the other.
 */
import { useSyncExternalStore } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const YEAR_S = 31_536_000;
const listeners = new Set<() => void>();
const page = document.documentElement;

const chosen = (): Theme => THEMES.find((theme) => theme === page.dataset.theme) ?? "system";

function choose(theme: Theme): void {
  page.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: it must be there before the next page is asked for
  document.cookie = `parley_theme=${theme}; Path=/; Max-Age=${theme === "system" ? 0 : YEAR_S}; SameSite=Lax${secure}`;
  for (const listener of listeners) listener();
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, chosen);
  return [theme, choose];
}
