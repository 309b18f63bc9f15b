/** What a language gives to the reading of free text: words by what they do in a sentence, and fixed phrases. */
import type { Language } from "../../keywords.ts";

/**
 * - stop: ends what goes on; weak: does so too, but of many other things (cancel, end)
 * - text: writes to a person; send: needs to say what or to whom; call: by telephone
 * - messages: what is sent; offers: what is also sent, and also sold
 * - me: the person or their number; phone: what they are reached on, also a thing; these: what was spoken of; third: somebody else
 * - not: forbids; deny: denies a fact; no: none of; more: again, any longer
 * - want, get, have, keep: wishes, receives, has, holds on to
 * - remove, off, list, number: takes a person's data from where it is kept
 * - out: leaves a list, in one word
 * - wrong, person: not whom you meant
 * - consent, withdraw: the permission itself
 * - polite: may stand beside a request and change nothing
 * - you, i: who is spoken of; must: has to
 * - limits: narrows a request to some time or kind; clock: does so before a time of day
 * - other: what customers of a shop, a clinic or a school end, cancel or remove
 * - asks: asks for a fact; how: asks for a way
 * - det: comes before a noun; button, link: makes an opt-out word a thing
 */
export type WordClass =
  | ("stop" | "weak" | "text" | "send" | "call" | "messages" | "offers" | "me" | "phone" | "these" | "third")
  | ("not" | "deny" | "no" | "more" | "want" | "get" | "have" | "keep" | "remove" | "off" | "list" | "number")
  | ("out" | "wrong" | "person" | "consent" | "withdraw" | "polite" | "you" | "i" | "must" | "limits" | "clock")
  | ("other" | "asks" | "how" | "det" | "button" | "link");

export interface Lexicon {
  language: Language;
  /** Words and phrases, between commas. */
  words: { readonly [name in WordClass]?: string };
  /** Two words with others between them that are one: take … off. "*" ends the beginning of the first. */
  pairs?: ReadonlyArray<readonly [first: string, second: string, means: WordClass]>;
  /** Whether "not" may follow its verb: schreibt mir nicht. */
  verbFirst?: boolean;
  /** Phrases that revoke wherever they stand. */
  idiom: string;
  /** Phrases that revoke as a whole clause. */
  alone: string;
  /** Phrases that a person should look at, wherever they stand; as a whole message. */
  soft: string;
  softAlone: string;
  /** Words that begin a new clause. */
  and: string;
}
