/** Where the customers' phone stands: beside the desk where there is room for it, else a screen of its own; only in the demo. */
import { useSyncExternalStore } from "react";
import type { InboxSearch } from "../desk/inbox-search.ts";
import { memory } from "../shell/page.ts";
import { useMe } from "../shell/session.ts";

/** Rail, list, a thread that can be worked in, and the phone. */
const roomy = matchMedia("(min-width: 1200px)");
const listeners = new Set<() => void>();
roomy.addEventListener("change", () => tell());

/** Who acted on the phone last wants the keys there, or where it was put away. */
let wanted: "phone" | "strip" | null = null;

function tell(): void {
  for (const listener of listeners) listener();
}

/** Takes it out or puts it away beside the desk; this browser remembers. */
export function showPhone(shown: boolean): void {
  memory.set("phone", shown ? null : "hidden");
  wanted = shown ? "phone" : "strip";
  tell();
}

/** Whether the focus shall go there now; asked once. */
export function takesFocus(place: "phone" | "strip"): boolean {
  const yes = wanted === place;
  if (yes) wanted = null;
  return yes;
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export interface PhonePlace {
  /** `none`: no demo. `away`: it can be taken out. */
  at: "none" | "away" | "beside" | "alone";
  /** Whether it has its place beside the desk, rather than on a screen of its own. */
  roomy: boolean;
}

export function usePhonePlace({ panel }: InboxSearch): PhonePlace {
  const { demo } = useMe();
  const isRoomy = useSyncExternalStore(subscribe, () => roomy.matches);
  const hidden = useSyncExternalStore(subscribe, () => memory.get("phone") === "hidden");
  if (!demo) return { at: "none", roomy: isRoomy };
  if (isRoomy) return { at: hidden ? "away" : "beside", roomy: true };
  return { at: panel === "phone" ? "alone" : "away", roomy: false };
}
