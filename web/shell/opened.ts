/**
 * Places that one comes back from: a dialog, a panel, a screen on a phone. Opening one is a step forward in the browser's
 * history, closing it a step back; where it was opened by a link from elsewhere, closing it changes the address instead.
 */
import { useNavigate, useRouter } from "@tanstack/react-router";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** This place was opened from the one before it in the history. */
    opened?: boolean;
  }
}

/** For links and navigations that lead to such a place. */
export const OPENED = { opened: true };

type Change = Record<string, unknown>;

export interface Opened {
  /** Opens it, by what it changes in the address. */
  open(change: Change): void;
  /** Closes it: back, or without what `change` takes out of the address. */
  close(change: Change): void;
  /** Changes the address where one stands, without a step. */
  replace(change: Change): void;
}

export function useOpened(): Opened {
  const navigate = useNavigate();
  const router = useRouter();
  const to = (change: Change) => ({ to: ".", search: (before: Change) => ({ ...before, ...change }) }) as const;
  return {
    open: (change) => void navigate({ ...to(change), state: OPENED } as never),
    close(change) {
      if (router.state.location.state.opened) router.history.back();
      else void navigate({ ...to(change), replace: true } as never);
    },
    replace: (change) => void navigate({ ...to(change), replace: true, state: (before: object) => before } as never),
  };
}
