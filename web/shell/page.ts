/** What the server wrote into the page, and what this browser remembers. */

const meta = document.querySelector<HTMLMetaElement>('meta[name="parley"]');

/** Styles that a script adds carry it (content security policy). */
export const nonce = meta?.nonce ?? "";

const given = meta?.dataset.publicUrl ?? "";
/** The address that Parley is set up for; the one here while developing. */
export const publicUrl = given.startsWith("http") ? given : location.origin;

const isThisMachine = (host: string): boolean => /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(host);

/** Whether the server believes writes that come from this address: on one's own machine, whichever name was typed. */
export function isOwnAddress(): boolean {
  const own = new URL(publicUrl);
  if (own.origin === location.origin) return true;
  return isThisMachine(own.hostname) && isThisMachine(location.hostname) && own.port === location.port;
}

/** False where nobody has set up this installation yet. */
export const hasAccount = meta?.dataset.hasAccount !== "false";

/** This browser's memory, which may be switched off. */
export const memory = {
  get(name: string): string | null {
    try {
      return localStorage.getItem(`parley.${name}`);
    } catch {
      return null;
    }
  },
  set(name: string, value: string | null): void {
    try {
      if (value === null || value === "") localStorage.removeItem(`parley.${name}`);
      else localStorage.setItem(`parley.${name}`, value);
    } catch {
      // Then it is forgotten with the page.
    }
  },
  /** The names of what is remembered that begin so. */
  names(prefix: string): string[] {
    try {
      return Object.keys(localStorage).flatMap((name) => {
        const own = name.startsWith("parley.") ? name.slice("parley.".length) : "";
        return own.startsWith(prefix) ? [own] : [];
      });
    } catch {
      return [];
    }
  },
  /** Forgets everything, as when somebody signs out. */
  clear(): void {
    try {
      for (const name of Object.keys(localStorage)) if (name.startsWith("parley.")) localStorage.removeItem(name);
      for (const name of Object.keys(sessionStorage)) if (name.startsWith("parley.")) sessionStorage.removeItem(name);
    } catch {
      // There was nothing to forget.
    }
  },
};
