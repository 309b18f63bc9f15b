/** Calls as people say them. */
import type { Call } from "../../contract/voice.ts";
import { sayPhone } from "../shell/words.ts";

/** "0:23". */
export const sayLength = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.round(seconds) % 60).padStart(2, "0")}`;

/** What became of it: "Missed call · voicemail 0:23". What it came to may be told up to a minute after its end. */
export function sayCall({ outcome, endedAt, recording }: Pick<Call, "outcome" | "endedAt" | "recording">): string {
  if (outcome === null) return endedAt === null ? "Call under way" : "Call ended";
  if (outcome === "answered") return "Answered call";
  return recording ? `Missed call · voicemail ${sayLength(recording.seconds)}` : "Missed call";
}

export const sayCaller = ({ from, contact }: Pick<Call, "from" | "contact">): string =>
  contact?.name ?? (from ? sayPhone(from) : "Hidden number");

/** What came of its text, where there was to be one. */
export function sayText({ text }: Pick<Call, "text">): string | null {
  if (!text) return null;
  if (text.messageId) return "Text in the conversation";
  return `No text: ${text.reason?.message ?? "it was taken back."}`;
}
