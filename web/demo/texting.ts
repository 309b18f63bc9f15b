/** Texts the business as a customer does: through the simulator and the signed webhook, one after the other. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { DemoTextSent, NewDemoText } from "../../contract/demo.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";

export interface Texting {
  /** Answers whether it left the phone. */
  text(body: NewDemoText): Promise<boolean>;
  /** What went wrong with the last one; null once the next is sent. */
  problem: string | null;
  complain(problem: string): void;
}

export function useTexting(number: string): Texting {
  const { client, cache } = useApi();
  const [problem, setProblem] = useState<string | null>(null);
  const { mutateAsync } = useMutation({
    mutationFn: (body: NewDemoText) =>
      client.ask<DemoTextSent>(`/api/demo/phones/${encodeURIComponent(number)}/texts`, { method: "POST", body }),
    // In the order in which they were written.
    scope: { id: `phone ${number}` },
    onSettled: () => cache.invalidateQueries({ queryKey: keys.demoTexts(number) }),
  });
  return {
    async text(body) {
      setProblem(null);
      try {
        const sent = await mutateAsync(body);
        setProblem(whatWentWrong(sent));
        return sent.messageSid !== null;
      } catch (error) {
        setProblem(sentenceOf(error));
        return false;
      }
    },
    problem,
    complain: setProblem,
  };
}

/** What stands in the way of a text, as far as the provider can tell; null: nothing. */
function whatWentWrong({ messageSid, webhookStatus, reason }: DemoTextSent): string | null {
  if (webhookStatus !== null && webhookStatus < 300) return null;
  if (messageSid === null) return `The provider did not take it: ${reason ?? "it does not say why"}.`;
  if (webhookStatus === 403)
    return "Parley refused the provider’s webhook (403): its signature does not fit, so the text is not in the inbox.";
  const what =
    webhookStatus !== null
      ? `Parley answered the webhook with ${webhookStatus}`
      : (reason ?? "Parley did not answer the webhook");
  return `The provider has it, but it is not in the inbox yet: ${what}. Parley asks the provider for what it missed.`;
}
