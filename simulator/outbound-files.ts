import type { Message } from "./model.ts";

const LONGEST_MS = 10_000;
/** Twilio's limit for what it hands to a carrier (reference, section 3). */
const MOST_BYTES = 5 * 1024 * 1024;

/**
 * Fetches what a message of the business's shall carry, as Twilio does when it sends it. Only files on this machine: a
 * simulator calls nobody else. Answers whether all could be had.
 */
export async function fetchFiles(message: Message, signal: AbortSignal): Promise<boolean> {
  for (const media of message.media) {
    if (media.source === undefined || !isHere(media.source)) continue;
    try {
      const answer = await fetch(media.source, { signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]) });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (!answer.ok || bytes.length > MOST_BYTES) return false;
      media.contentType = answer.headers.get("content-type") ?? media.contentType;
      media.bytes = bytes;
    } catch {
      signal.throwIfAborted();
      return false;
    }
  }
  return true;
}

const isHere = (url: string) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
