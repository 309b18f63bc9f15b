/** Sending again by hand: the server repeats a message once, however often it is asked. */
import { useMutation } from "@tanstack/react-query";
import type { Message, ResentMessage } from "../../contract/messages.ts";
import { placeMessage } from "../api/placing.ts";
import { sentenceOf } from "../api/problems.ts";
import { noteSend } from "../api/sends.ts";
import { useApi } from "../shell/desk-api.ts";
import { useToast } from "../ui/toast.tsx";

export function useResend() {
  const { client, cache } = useApi();
  const say = useToast();
  return useMutation({
    mutationFn(message: Message) {
      const sending = client.ask<ResentMessage>(`/api/messages/${message.id}/resend`, { method: "POST", body: {} });
      noteSend(message.conversationId, sending);
      return sending;
    },
    onSuccess({ warning: _, ...message }) {
      placeMessage(cache, message);
      say(message.status === "suppressed" ? "Not sent: they opted out meanwhile." : "Sent once more.");
    },
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
}
