/** Whether words can be sent as they stand. */
import { MAX_SMS_CHARACTERS } from "../../contract/messages.ts";
import { tokensIn } from "../../contract/tokens.ts";

/** An attribute of a template: ${opening_hours}. */
const ATTRIBUTE = /\$\{\s*[\p{L}\p{N}_.:-]+\s*\}/u;

export interface ContentProblem {
  code: string;
  message: string;
  more?: Record<string, unknown>;
}

/** Null: nothing is wrong with it. */
export function contentProblem(content: string, files: number): ContentProblem | null {
  if (content.trim() === "" && files === 0)
    return { code: "content_empty", message: "A message needs words or a picture." };
  const token = tokensIn(content)[0]?.text ?? ATTRIBUTE.exec(content)?.[0];
  if (token)
    return { code: "token_unfilled", message: `${token} is not filled in. Write the word that it stands for.` };
  const characters = [...content].length;
  if (characters <= MAX_SMS_CHARACTERS) return null;
  return {
    code: "content_too_long",
    message: `An SMS has at most ${MAX_SMS_CHARACTERS} characters; this one has ${characters}. Shorten it, or send it in parts.`,
    more: { characters, maximum: MAX_SMS_CHARACTERS },
  };
}
