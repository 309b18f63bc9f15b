import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { SmsRequest } from "../../contract/sms-requests.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Confirm } from "../ui/confirm.tsx";
import { useToast } from "../ui/toast.tsx";

export interface Way {
  act: string;
  by: "delete" | "withdraw" | "erase";
  /** What follows from it. */
  about: string;
}

const SAID = { delete: "Deleted.", withdraw: "Withdrawn. What was filled in is erased.", erase: "Erased." } as const;

/** Deletes a request, takes it back, or erases what was filled in. */
export function LetGo({ request: { id }, way, close }: { request: SmsRequest; way: Way; close(): void }) {
  const { client, cache } = useApi();
  const go = useNavigate();
  const say = useToast();
  const act = useMutation({
    mutationFn: () =>
      way.by === "delete"
        ? client.ask<undefined>(`/api/sms-requests/${id}`, { method: "DELETE" })
        : client.ask<SmsRequest>(`/api/sms-requests/${id}/${way.by}`, { method: "POST" }),
    async onSuccess(changed) {
      say(SAID[way.by]);
      if (changed) {
        cache.setQueryData(keys.smsRequest(id), changed);
        close();
      } else {
        await go({ to: "/settings/sms-requests", search: { dialog: undefined } });
        cache.removeQueries({ queryKey: keys.smsRequest(id) });
      }
      await cache.invalidateQueries({ queryKey: keys.smsRequests, exact: true });
    },
  });
  return (
    <Confirm
      title={`${way.act}?`}
      act={way.act.split(" ")[0] ?? way.act}
      busy={act.isPending}
      problem={act.isError ? sentenceOf(act.error) : null}
      onConfirm={() => act.mutate()}
      onClose={close}
    >
      {way.about}
    </Confirm>
  );
}
