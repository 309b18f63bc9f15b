/** What of our words is not answered yet, as this browser remembers it: each under a name of its own, for all its windows. */
import type { ConversationId } from "../../contract/ids.ts";
import type { NewMessage } from "../../contract/messages.ts";
import { memory } from "../shell/page.ts";

export interface Pending {
  /** Names this act to the server: asked twice, it is done once. */
  key: string;
  conversationId: ConversationId;
  /** Who wrote it: nobody else who signs in here sends it. */
  author: string;
  body: NewMessage;
  at: string;
  /** `waiting`: the answer was lost or there is no line; it goes again by itself. `failed`: a person decides. */
  state: "sending" | "waiting" | "failed";
  problem: string | null;
  /** The server said no: the next try is another act. */
  refused: boolean;
}

const PREFIX = "outbox.";
const nameOf = ({ conversationId, key }: Pending) => `${PREFIX}${conversationId}.${key}`;

/** Shorter than the 24 hours for which the server knows a key again. */
const SAFE_MS = 23 * 60 * 60 * 1000;
export const TOO_OLD =
  "It was written too long ago to be sent by itself: it may have left already. Look above, then decide.";

/** The server may have forgotten its key: asked again, it could be done twice. */
export const isTooOld = ({ at }: Pick<Pending, "at">): boolean => Date.now() - Date.parse(at) > SAFE_MS;

/** What was remembered; a browser that forgets everything remembers nothing here either. */
const remembered = new Set<string>();

export function keepPending(pending: Pending, kept = true): void {
  const name = nameOf(pending);
  memory.set(name, kept ? JSON.stringify(pending) : null);
  if (memory.get(name) === null) remembered.delete(name);
  else remembered.add(name);
}

/** False where another window took it out. */
export const stillKept = (pending: Pending): boolean =>
  !remembered.has(nameOf(pending)) || memory.get(nameOf(pending)) !== null;

function isPending(value: unknown): value is Pending {
  if (typeof value !== "object" || value === null) return false;
  const { key, conversationId, author, body, at } = value as Partial<Pending>;
  return [key, conversationId, author, at].every((each) => typeof each === "string") && typeof body === "object";
}

/** What this person wrote before the page was left, oldest first; what was on its way waits to go again. */
export function restorePending(author: string): Pending[] {
  return memory
    .names(PREFIX)
    .flatMap((name): Pending[] => {
      let read: unknown = null;
      try {
        read = JSON.parse(memory.get(name) ?? "null");
      } catch {
        // Then it was not written by us.
      }
      if (!isPending(read) || read.author !== author) return [];
      remembered.add(name);
      if (read.state === "failed") return [read];
      return [
        isTooOld(read) ? { ...read, state: "failed", problem: TOO_OLD, refused: true } : { ...read, state: "waiting" },
      ];
    })
    .sort((one, other) => one.at.localeCompare(other.at));
}
