/** The keyword layer of consent: whether a whole message is STOP, START, HELP or YES in one of its many spellings. */
import { normalise } from "./normalise.ts";

export type Verdict = "stop" | "start" | "help" | "yes";
export type Language = "en" | "fr" | "es" | "pt" | "de" | "it" | "nl" | "ru" | "he" | "ko" | "zh" | "ja";
/** Words in normal form (see `normalise`). */
export type Keywords = Readonly<Record<Verdict, readonly string[]>>;
export type KeywordMatch = {
  verdict: Verdict;
  /** The word of the list that fired, in normal form. */
  keyword: string;
  /** The body is that word but for letter case and outer white space: what a provider with exact matching catches too. */
  exact: boolean;
};

/**
 * The English words are those of 47 CFR 64.1200(a)(10) and Twilio's default lists; ARRET and AIDE are mandatory in Canada.
 * A word that people also use for something else (NO MAS, SALIR, ENDE, REMOVE) is left to the reading of free text.
 * Only YES is contextual: whether it opts in depends on what was said before, which the caller knows.
 */
const words: readonly ({ readonly language: Language } & Partial<Keywords>)[] = [
  {
    language: "en",
    stop: ["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "OPT OUT", "REVOKE"],
    start: ["START", "UNSTOP", "SUBSCRIBE", "RESUBSCRIBE", "OPTIN", "OPT IN"],
    help: ["HELP", "INFO"],
    yes: ["YES"],
  },
  { language: "fr", stop: ["ARRET", "ARRETT", "DESABONNER", "DESINSCRIRE"], help: ["AIDE"] },
  {
    language: "es",
    stop: ["ALTO", "PARAR", "CANCELAR", "BAJA", "DAR DE BAJA", "DESUSCRIBIR", "REVOCAR"],
    start: ["INICIAR"],
    help: ["AYUDA"],
  },
  { language: "pt", stop: ["DESCADASTRAR"], help: ["AJUDA"] },
  { language: "de", stop: ["STOPP", "ABMELDEN", "ABBESTELLEN"], help: ["HILFE"] },
  { language: "it", stop: ["DISISCRIVI"], help: ["AIUTO"] },
  { language: "nl", stop: ["AFMELDEN"] },
  { language: "ru", stop: ["СТОП", "ОТПИСАТЬСЯ"] },
  { language: "he", stop: ["הסר"] },
  { language: "ko", stop: ["수신거부"] },
  { language: "zh", stop: ["停止", "退订", "退訂"] },
  { language: "ja", stop: ["配信停止"] },
];

export const defaultKeywords: Keywords = {
  stop: words.flatMap(({ stop }) => stop ?? []),
  start: words.flatMap(({ start }) => start ?? []),
  help: words.flatMap(({ help }) => help ?? []),
  yes: words.flatMap(({ yes }) => yes ?? []),
};

/** Where a word stands in two lists, the one that sends less wins. */
const verdictsInOrder: readonly Verdict[] = ["stop", "yes", "start", "help"];

/** A workspace's own words join the lists. A word that already has a meaning keeps it, and nothing is ever taken away. */
export function extendKeywords(
  base: Keywords,
  added: { readonly [verdict in "stop" | "start" | "help"]?: readonly string[] },
): Keywords {
  if (!added.stop?.length && !added.start?.length && !added.help?.length) return base;
  const taken = new Set(verdictsInOrder.flatMap((verdict) => base[verdict]));
  const fresh = (written: readonly string[] = []) =>
    written.map(normalise).filter((word) => {
      if (word === "" || taken.has(word)) return false;
      taken.add(word);
      return true;
    });
  return {
    stop: [...base.stop, ...fresh(added.stop)],
    start: [...base.start, ...fresh(added.start)],
    help: [...base.help, ...fresh(added.help)],
    yes: base.yes,
  };
}

/** The language to answer in; English for a word that a workspace added. CANCELAR and PARAR count as Spanish. */
export function languageOf(keyword: string): Language {
  const row = words.find((row) => verdictsInOrder.some((verdict) => row[verdict]?.includes(keyword)));
  return row?.language ?? "en";
}

/** What the whole message says as a keyword; null for everything else, also where a keyword stands among other words. */
export const matchKeyword = (text: string, keywords: Keywords = defaultKeywords): KeywordMatch | null =>
  matchForm(normalise(text), text, keywords);

/** The same where the normal form of the text is known. */
export function matchForm(keyword: string, text: string, keywords: Keywords): KeywordMatch | null {
  const verdict = verdictsInOrder.find((candidate) => keywords[candidate].includes(keyword));
  if (!verdict) return null;
  return { verdict, keyword, exact: text.trim().toLowerCase() === keyword.toLowerCase() };
}
