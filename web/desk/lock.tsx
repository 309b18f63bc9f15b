import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Lock as LockIcon } from "lucide-react";
import type { Conversation } from "../../contract/conversations.ts";
import type { ConnectionId } from "../../contract/ids.ts";
import { Refused } from "../api/client.ts";
import { sentenceOf } from "../api/problems.ts";
import { howWeKnow } from "../contacts/consent-words.ts";
import { useApi } from "../shell/desk-api.ts";
import { firstNameOf, sayDate, sayDates } from "../shell/words.ts";
import type { InboxSearch } from "./inbox-search.ts";

interface Lock {
  sentence: string;
  /** What it rests on, where that is consent. */
  evidence: { messageId: string | null } | null;
  /** Where it can be mended, where it is the channel. */
  channel: boolean;
}

/** Why nothing may be written to them now, as the gate itself says; null where they may be answered. */
export function useLock(conversation: Conversation, connectionId: ConnectionId | null): Lock | null {
  const { queries } = useApi();
  const { data: channels } = useQuery(queries.channels());
  const { phone, name } = conversation.contact;
  const from = channels?.find((each) => each.id === connectionId)?.phoneNumber ?? null;
  const { data: verdict, error } = useQuery({
    ...queries.maySend(phone ?? "", from),
    enabled: phone !== null && channels !== undefined,
  });
  const { data: consent } = useQuery({
    ...queries.consent(conversation.contactId),
    enabled: verdict?.allowed === false,
  });
  if (phone === null)
    return { sentence: "No phone number is known for them, so they can’t be texted.", evidence: null, channel: false };
  if (error instanceof Refused) return { sentence: sentenceOf(error), evidence: null, channel: true };
  // What time heals holds messages by machines; a person's own reply leaves.
  const reason = verdict?.reasons.find((each) => each.until === undefined);
  if (!reason) return null;
  if (reason.code !== "opted_out")
    return { sentence: reason.message, evidence: null, channel: reason.code === "channel_inactive" };

  const act = consent?.find(
    (each) => each.channel === "sms" && (each.action === "opt_out" || each.action === "suppressed"),
  );
  const who = firstNameOf(name);
  const them = name ? who : "them";
  return {
    sentence: act
      ? `${who} opted out on ${sayDate(act.at)} ${howWeKnow(act)}. You can’t text ${them} until they write START.`
      : sayDates(reason.message),
    evidence: { messageId: act?.messageId ?? null },
    channel: false,
  };
}

const LINK = "font-medium text-accent underline underline-offset-2";

export function Locked({ lock }: { lock: Lock }) {
  return (
    <div role="status" className="flex items-start gap-2.5 px-3.5 pt-2.5 pb-3.5 text-md">
      <LockIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <p className="min-w-0 text-pretty">
        {lock.sentence}{" "}
        {lock.evidence && (
          <Link
            to="."
            search={(before: InboxSearch) => ({
              ...before,
              panel: "contact" as const,
              evidence: true as const,
              message: lock.evidence?.messageId ?? undefined,
            })}
            className={LINK}
          >
            See the evidence
          </Link>
        )}
        {lock.channel && (
          <Link to="/account/channels" search={{ dialog: undefined }} className={LINK}>
            Open Channels
          </Link>
        )}
      </p>
    </div>
  );
}
