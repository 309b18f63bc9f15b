/** Quick replies: texts that a team writes often, each called by its shortcut. */
import { z } from "zod";
import { idOf } from "./ids.ts";
import { MAX_SMS_CHARACTERS } from "./messages.ts";
import { pagingById } from "./paging.ts";
import { isVariable, tokensIn, VARIABLES } from "./tokens.ts";

export const QuickReply = z.object({
  id: idOf("qrp"),
  shortcut: z.string(),
  content: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type QuickReply = z.infer<typeof QuickReply>;

/** As it is typed after the slash. */
const Shortcut = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$/u, "must be up to 40 letters, digits, - or _, without spaces");

const Content = z
  .string()
  .trim()
  .min(1, "write the text that it stands for")
  .superRefine((text, context) => {
    if ([...text].length > MAX_SMS_CHARACTERS)
      context.addIssue({ code: "custom", message: `must have at most ${MAX_SMS_CHARACTERS} characters` });
    const unknown = tokensIn(text).find((token) => !isVariable(token.name));
    if (unknown)
      context.addIssue({
        code: "custom",
        message: `holds ${unknown.text}, which nothing fills in: use ${VARIABLES.map((each) => `{{${each}}}`).join(", ")}`,
      });
  });

export const NewQuickReply = z.strictObject({ shortcut: Shortcut, content: Content });
export type NewQuickReply = z.infer<typeof NewQuickReply>;
export const QuickReplyPatch = NewQuickReply.partial();
export type QuickReplyPatch = z.infer<typeof QuickReplyPatch>;

export const QuickRepliesQuery = z.strictObject(pagingById("qrp"));
