/** Reads a list of opt-outs as other tools write them: CSV with a header, one number a line, or NDJSON. */
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { type PhoneNumber, readPhone } from "../../contract/phone-number.ts";

export interface StopRow {
  line: number;
  phone: PhoneNumber;
  channel: "sms" | "whatsapp";
  sender: string | null;
}

export interface StopList {
  rows: StopRow[];
  rejections: Array<{ line: number; reason: string }>;
}

/** What the column of numbers is called elsewhere. */
const PHONE_COLUMNS = ["phone", "phone_number", "phonenumber", "number", "to", "address", "recipient", "mobile"];
const SENDER_COLUMNS = ["sender", "sender_id", "from"];

interface Entry {
  line: number;
  phone: string | undefined;
  channel: string | undefined;
  sender: string | undefined;
}

export function readStopList(text: string): StopList {
  const list: StopList = { rows: [], rejections: [] };
  const entries = text.trimStart().startsWith("{") ? entriesOfNdjson(text, list) : entriesOfCsv(text, list);
  for (const entry of entries) {
    const row = rowOf(entry);
    if (typeof row === "string") list.rejections.push({ line: entry.line, reason: row });
    else list.rows.push(row);
  }
  list.rejections.sort((a, b) => a.line - b.line);
  return list;
}

/** The row, or why it is none. */
function rowOf({ line, phone, channel = "", sender = "" }: Entry): StopRow | string {
  if (!phone?.trim()) return "There is no phone number in this line.";
  const number = readNumber(phone);
  if (!number) return `"${phone.slice(0, 40)}" is no phone number with its country code, such as +14155550101.`;
  const name = channel.trim().toLowerCase() || "sms";
  if (name !== "sms" && name !== "whatsapp") return `The channel "${name.slice(0, 40)}" is neither sms nor whatsapp.`;
  const ours = sender.trim() === "" || sender.trim() === "*" ? null : senderNamed(sender);
  if (ours === undefined)
    return `The sender "${sender.slice(0, 40)}" is neither a phone number nor a Messaging Service's SID.`;
  return { line, phone: number, channel: name, sender: ours };
}

/** Spreadsheets lose the plus, or keep it behind an apostrophe, as our own export does. */
function readNumber(text: string): PhoneNumber | null {
  const plain = text.trim().replace(/^'/, "");
  return readPhone(plain) ?? (/^[1-9]\d{10,14}$/.test(plain) ? readPhone(`+${plain}`) : null);
}

function senderNamed(text: string): string | undefined {
  const plain = text.trim().replace(/^'/, "");
  return /^MG[0-9a-f]{32}$/.test(plain) ? plain : (readNumber(plain) ?? undefined);
}

const CSV = { bom: true, trim: true, relax_column_count: true, skip_empty_lines: true, delimiter: [",", ";", "\t"] };

interface CsvRecord {
  record: readonly string[];
  line: number;
}

function recordsOf(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  parse(text, {
    ...CSV,
    on_record(record: string[], { lines: line }) {
      records.push({ record, line });
      return null;
    },
  });
  return records;
}

/** Each line for itself, where quotation marks are broken somewhere: a bad line must not swallow those after it. */
function recordsLineByLine(text: string, { rejections }: StopList): CsvRecord[] {
  return text.split(/\r\n|\r|\n/).flatMap((written, index) => {
    const line = index + 1;
    try {
      return recordsOf(written).map(({ record }) => ({ record, line }));
    } catch {
      rejections.push({ line, reason: "This line can't be read as CSV. Check its quotation marks." });
      return [];
    }
  });
}

function entriesOfCsv(text: string, list: StopList): Entry[] {
  let records: CsvRecord[];
  try {
    records = recordsOf(text);
  } catch {
    records = recordsLineByLine(text, list);
  }
  const header = (records[0]?.record ?? []).map((name) => name.toLowerCase().replace(/[\s-]/g, "_"));
  const at = (names: readonly string[]) => header.findIndex((name) => names.includes(name));
  const phone = at(PHONE_COLUMNS);
  const [sender, channel] = [at(SENDER_COLUMNS), at(["channel"])];
  const cell = (record: readonly string[], column: number) => (column < 0 ? undefined : record[column]);
  // Without a header the first column is the numbers.
  return records.slice(phone < 0 ? 0 : 1).map(({ record, line }) => ({
    line,
    phone: record[Math.max(phone, 0)],
    sender: phone < 0 ? undefined : cell(record, sender),
    channel: phone < 0 ? undefined : cell(record, channel),
  }));
}

const Line = z.object({
  phone: z.string(),
  channel: z
    .string()
    .nullish()
    .transform((text) => text ?? undefined),
  sender: z
    .string()
    .nullish()
    .transform((text) => text ?? undefined),
});

function entriesOfNdjson(text: string, { rejections }: StopList): Entry[] {
  return text.split("\n").flatMap((written, index) => {
    const line = index + 1;
    if (written.trim() === "") return [];
    const parsed = Line.safeParse(jsonOf(written));
    if (parsed.success) return [{ line, ...parsed.data }];
    rejections.push({ line, reason: 'This line is no JSON object with a "phone", such as {"phone": "+14155550101"}.' });
    return [];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
