/** How the sample's stories are written down: who did what, and how long after the line before. */

/** Who works at the studio. */
export type Colleague = "ana" | "tomas" | "june";

/** How a message ended: delivered where nothing is said, else by the provider's code. */
export type Fate = "delivered" | { status: "sent" } | { status: "undelivered" | "refused"; code: string };

export type Line = { minutes: number } & (
  | { act: "they"; text: string }
  | { act: "we"; by: Colleague; text: string; fate: Fate }
  /** The studio's booking page, through the API. */
  | { act: "bookings"; text: string; fate: Fate }
  | { act: "later"; by: Colleague; text: string; hours: number }
  | { act: "note"; by: Colleague; text: string }
  /** They asked for it in words; a colleague records it. */
  | { act: "opt_out"; by: Colleague; proof: string }
  | { act: "assign"; by: Colleague; to: Colleague }
  | { act: "resolve" | "star" | "archive" | "read" | "hand_back"; by: Colleague }
  | { act: "tag"; by: Colleague; tags: string[] }
);

/** When a story began: so many days ago at a time of the studio's clocks, or so many minutes ago. */
export type Start = { days: number; time: string } | { minutesAgo: number };

export interface Story {
  /** A person of the cast by name, or a number that nobody knows. */
  who: string;
  start: Start;
  /** The number that is texted, or that writes first. */
  line: "studio" | "events";
  lines: Line[];
}

export const story = (who: string, start: Start, lines: Line[], line: Story["line"] = "studio"): Story => ({
  ...{ who, start, lines, line },
});
export const days = (count: number, time: string): Start => ({ days: count, time });
export const minutesAgo = (count: number): Start => ({ minutesAgo: count });

/** The customer texts. What the agent makes of it follows by itself. */
export const they = (text: string, minutes = 3): Line => ({ act: "they", text, minutes });
const writes =
  (by: Colleague) =>
  (text: string, minutes = 4, fate: Fate = "delivered"): Line => ({ act: "we", by, text, minutes, fate });
export const ana = writes("ana");
export const tomas = writes("tomas");
export const june = writes("june");
export const bookings = (text: string, minutes = 0, fate: Fate = "delivered"): Line => ({
  ...{ act: "bookings", text, minutes, fate },
});
export const later = (by: Colleague, text: string, hours: number): Line => ({
  ...{ act: "later", by, text, hours, minutes: 2 },
});
export const note = (by: Colleague, text: string, minutes = 1): Line => ({ act: "note", by, text, minutes });
export const optOut = (by: Colleague, proof: string): Line => ({ act: "opt_out", by, proof, minutes: 1 });
export const assign = (by: Colleague, to: Colleague, minutes = 2): Line => ({ act: "assign", by, to, minutes });
export const tag = (by: Colleague, ...tags: string[]): Line => ({ act: "tag", by, tags, minutes: 1 });
const does =
  (act: "resolve" | "star" | "archive" | "read" | "hand_back") =>
  (by: Colleague, minutes = 1): Line => ({ act, by, minutes });
export const resolve = does("resolve");
export const star = does("star");
export const archive = does("archive");
export const read = does("read");
export const handBack = does("hand_back");

export const refused = (code: string): Fate => ({ status: "refused", code });
export const undelivered = (code: string): Fate => ({ status: "undelivered", code });
export const onlySent: Fate = { status: "sent" };
