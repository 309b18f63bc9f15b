/** What we can prove of one person's consent: every act with its hashes, the words that prove it, and what was sent after a stop. */
import type { Actor } from "../../contract/accounts.ts";
import type { Contact } from "../../contract/contacts.ts";
import type { ContactId } from "../../contract/ids.ts";
import { type ExportedEvent, eventsWithEvidence, ledgerHead, scopeOf } from "../consent/consent.ts";
import { addressesOf, consentHashes, readContact } from "../contacts/contacts.ts";
import type { View } from "../platform/db/handles.ts";

export interface ProvingMessage {
  id: string;
  direction: "inbound" | "outbound";
  kind: string | null;
  from: string;
  to: string;
  content: string;
  status: string;
  /** The provider's own id of the message: what its log can be asked for. */
  providerSid: string | null;
  at: string;
}

export interface EvidencePack {
  format: "parley-evidence/1";
  madeAt: string;
  madeBy: Actor;
  business: { name: string; workspaceId: string; timeZone: string; consentScope: "workspace" | "sender" };
  contact: Pick<Contact, "id" | "name" | "phone" | "smsOptedIn" | "optedIn" | "suppressions">;
  /** Which keyed hash in the ledger stands for which address. */
  addresses: Array<{ channel: string; address: string; addressHash: string }>;
  /** The whole ledger when this was made: the events below are some of it. */
  ledger: { events: number; headHash: string };
  /** Oldest first, as `GET /api/consent/export` has them. */
  events: ExportedEvent[];
  /** The messages that the events name. */
  messages: ProvingMessage[];
  /** What left to them after their last opt-out; an answer to a keyword is of the kind notice. Null: no opt-out stands. */
  sentSinceOptOut: ProvingMessage[] | null;
}

const MESSAGE = `m.id, m.direction, m.kind, m.from_address as "from", m.to_address as "to", m.content, m.status, m.provider_sid as "providerSid",
  m.created_at as at`;
type Row = Omit<ProvingMessage, "at"> & { at: Date };
const messageJson = (row: Row): ProvingMessage => ({ ...row, at: row.at.toISOString() });

export async function gatherEvidence(view: View, id: ContactId, madeBy: Actor): Promise<EvidencePack> {
  const contact = await readContact(view, id);
  const known = await addressesOf(view, [id]);
  const hashes = consentHashes(view, known);
  const events = await eventsWithEvidence(view, hashes);
  const { workspace } = await scopeOf(view);
  const { name, timeZone, consentScope } = workspace;
  const { phone, smsOptedIn, optedIn, suppressions } = contact;
  const named = events.flatMap((event) => event.messageId ?? []);
  const messages = await view.rows<Row>(
    `select ${MESSAGE} from messages m where m.workspace_id = $1 and m.id = any($2) order by m.id`,
    [view.workspaceId, named],
  );
  return {
    format: "parley-evidence/1",
    madeAt: view.now.toISOString(),
    madeBy,
    business: { name, workspaceId: view.workspaceId, timeZone, consentScope },
    contact: { id, name: contact.name, phone, smsOptedIn, optedIn, suppressions },
    addresses: known.flatMap(({ channel, address, addressHash }) => [
      { channel, address, addressHash },
      ...(channel === "sms" ? [{ channel: "whatsapp", address, addressHash: view.hashOf("whatsapp", address) }] : []),
    ]),
    ledger: await ledgerHead(view),
    events,
    messages: messages.map(messageJson),
    sentSinceOptOut: await sentSince(view, lastStop(events), hashes),
  };
}

/** The opt-out from texts that stands; null where the last word was another. */
function lastStop(events: readonly ExportedEvent[]): ExportedEvent | null {
  const last = events.findLast((event) => event.channel === "sms" && event.action !== "review");
  return last?.action === "opt_out" ? last : null;
}

async function sentSince(view: View, stop: ExportedEvent | null, hashes: readonly string[]) {
  if (!stop) return null;
  const sent = await view.rows<Row>(
    `select ${MESSAGE} from messages m
      where m.workspace_id = $1 and m.channel = 'sms' and m.direction = 'outbound' and m.address_hash = any($2)
        and exists (select from attempts a where a.workspace_id = m.workspace_id and a.message_id = m.id and a.at >= $3
          and a.outcome not in ('absent', 'not_sent', 'limited'))
      order by m.id`,
    [view.workspaceId, hashes, new Date(stop.at)],
  );
  return sent.map(messageJson);
}
