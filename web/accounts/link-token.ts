/** The secret part of a one-time link: it comes in the fragment of the address, and is kept with this tab until it was used. */
import { useEffect, useState } from "react";

type Kind = "set-up" | "join" | "reset";

const taken = new Map<Kind, string>();
const nameOf = (kind: Kind) => `parley.${kind}-token`;

const inAddress = (): string | null => new URLSearchParams(location.hash.slice(1)).get("token");

/** The token of the link that was opened, also after the page was loaded again; null where there was none. */
export function useLinkToken(kind: Kind): string | null {
  const [token, setToken] = useState(() => inAddress() ?? taken.get(kind) ?? read(kind));
  useEffect(() => {
    // Out of the address at once, so that it stays in no history and in no screenshot.
    const take = () => {
      const found = inAddress();
      if (!found) return;
      keep(kind, found);
      setToken(found);
      history.replaceState(history.state, "", location.pathname + location.search);
    };
    take();
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, [kind]);
  return token;
}

export function forgetLinkToken(kind: Kind): void {
  taken.delete(kind);
  try {
    sessionStorage.removeItem(nameOf(kind));
  } catch {
    // There was nothing to forget.
  }
}

function keep(kind: Kind, token: string): void {
  taken.set(kind, token);
  try {
    sessionStorage.setItem(nameOf(kind), token);
  } catch {
    // Then it is forgotten when the page is loaded again.
  }
}

function read(kind: Kind): string | null {
  try {
    return sessionStorage.getItem(nameOf(kind));
  } catch {
    return null;
  }
}
