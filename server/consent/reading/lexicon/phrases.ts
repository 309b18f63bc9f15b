import type { Language } from "../../keywords.ts";

/**
 * What a language without spaces gives to the reading of free text: phrases, one pattern a line. A pattern is parts in
 * their order, joined by "+"; "|" stands between the choices for a part, and "~" means that it may be missing.
 */
export interface Phrases {
  language: Language;
  /** Ends the texts wherever it stands. */
  revoke: string;
  /** Ends them as the whole message, courtesies aside. */
  alone: string;
  review: string;
  /** Looks like one of them and is not; the longer phrase wins. */
  ordinary: string;
  polite: string;
}
