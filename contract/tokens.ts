/** Tokens in texts written ahead: `{{contact.firstName}}` stands for a word that is filled in before a text leaves. */

export const VARIABLES = ["contact.name", "contact.firstName", "org.name", "agent.name", "date", "time"] as const;
export type Variable = (typeof VARIABLES)[number];

const TOKEN = /\{\{\s*([\p{L}\p{N}_.:-]+)\s*\}\}/gu;

export interface Token {
  /** Where it begins, in UTF-16 code units. */
  index: number;
  /** As it was written, with its braces. */
  text: string;
  name: string;
}

export const tokensIn = (text: string): Token[] =>
  [...text.matchAll(TOKEN)].map((match) => ({ index: match.index, text: match[0], name: match[1] ?? "" }));

export const isVariable = (name: string): name is Variable => (VARIABLES as readonly string[]).includes(name);

/** Fills in what is known. What is not stays as it was written, so that it is seen and never leaves as a hole. */
export const fillTokens = (text: string, values: Partial<Record<Variable, string | null>>): string =>
  text.replace(TOKEN, (token, name: string) => (isVariable(name) ? values[name] || token : token));
