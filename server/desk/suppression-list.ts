/** Everybody who may not be written to, as a list that other tools read and that can be imported here again. */
import type { ChannelName } from "../../contract/channels.ts";
import { audit } from "../accounts/accounts.ts";
import type { Database } from "../platform/db/database.ts";
import type { View } from "../platform/db/handles.ts";
import { TextAnswer } from "../platform/http/files.ts";
import type { Caller } from "../platform/http/route.ts";

interface Row {
  channel: ChannelName;
  addressHash: string;
  sender: string;
  source: string;
  at: Date;
  /** Where the number may be found: the contact's address, another channel's of the same contact, the imported line. */
  address: string | null;
  phone: string | null;
  proof: string | null;
}

const PAGE = 500;

/** A page at a time is held in memory. The number of an erased person is unknown: only its keyed hash is listed. */
export async function exportSuppressions(
  database: Database,
  { workspaceId, actor: by }: Pick<Caller, "workspaceId" | "actor">,
  format: "csv" | "ndjson",
): Promise<TextAnswer> {
  const thing = { id: workspaceId, name: null };
  await database.tx(workspaceId, (tx) => audit(tx, { by, verb: "consent.opt_outs_exported", thing }));
  async function* parts() {
    if (format === "csv") yield "phone,channel,sender,source,at,address_hash\r\n";
    let after = { channel: "", addressHash: "", sender: "" };
    for (;;) {
      const page = await database.view(workspaceId, (view) => pageAfter(view, after));
      yield page.map(format === "csv" ? csvLine : (entry) => `${JSON.stringify(entry)}\n`).join("");
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = { ...last, sender: last.sender ?? "*" };
    }
  }
  return new TextAnswer({
    contentType: format === "csv" ? "text/csv" : "application/x-ndjson",
    name: `suppressions.${format}`,
    shown: false,
    parts: parts(),
  });
}

interface Entry {
  phone: string | null;
  channel: ChannelName;
  /** Null: every sender. */
  sender: string | null;
  source: string;
  at: string;
  addressHash: string;
}

async function pageAfter(
  view: View,
  after: { channel: string; addressHash: string; sender: string },
): Promise<Entry[]> {
  const rows = await view.rows<Row>(
    `select s.channel, s.address_hash as "addressHash", s.sender, s.source, s.created_at as at, a.address, e.phone, e.proof
       from suppressions s
       left join contact_addresses a on a.workspace_id = s.workspace_id and a.address_hash = s.address_hash
       left join lateral (
         select v.proof, (select c.address from contact_addresses c
                           where c.workspace_id = $1 and c.contact_id = e.contact_id and c.channel = 'sms' limit 1) as phone
           from consent_events e left join consent_evidence v on v.workspace_id = e.workspace_id and v.seq = e.seq
          where e.workspace_id = $1 and e.channel = s.channel and e.address_hash = s.address_hash
          order by e.seq desc limit 1) e on a.address is null
      where s.workspace_id = $1 and (s.channel, s.address_hash, s.sender) > ($2, $3, $4)
      order by s.channel, s.address_hash, s.sender limit $5`,
    [view.workspaceId, after.channel, after.addressHash, after.sender, PAGE],
  );
  return rows.map(({ channel, addressHash, sender, source, at, address, phone, proof }) => {
    const candidates = [address, phone, ...(proof?.match(/\+\d{5,15}/g) ?? [])];
    return {
      phone: candidates.find((each) => each && view.hashOf(channel, each) === addressHash) ?? null,
      ...{ channel, sender: sender === "*" ? null : sender, source, at: at.toISOString(), addressHash },
    };
  });
}

/** A spreadsheet reads what begins with a plus as a formula: an apostrophe before it keeps it a text. */
const cell = (text: string | null) => (text?.startsWith("+") ? `'${text}` : (text ?? ""));

const csvLine = ({ phone, channel, sender, source, at, addressHash }: Entry) =>
  `${[cell(phone), channel, cell(sender), source, at, addressHash].join(",")}\r\n`;
