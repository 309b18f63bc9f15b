/** A `<Message>` of a TwiML answer: a reply to send. */
type TwimlMessage = { body: string; mediaUrls: string[]; to: string | null; statusCallback: string | null };
export type Twiml = { messages: TwimlMessage[]; notices: { code: number; message: string }[] };

type Tag = { name: string; attributes: Record<string, string>; closing: boolean; empty: boolean };
const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/gy;

/** Reads messaging TwiML (names are case sensitive). What can't be read sends nothing and is noted as Twilio's debugger does. */
export function readTwiml(xml: string): Twiml {
  const failed = (code: number, message: string): Twiml => ({ messages: [], notices: [{ code, message }] });
  const result: Twiml = { messages: [], notices: [] };
  const open: string[] = [];
  let current: TwimlMessage | null = null;
  let sawResponse = false;
  let position = 0;
  TOKEN.lastIndex = 0;
  while (position < xml.length) {
    const token = TOKEN.exec(xml);
    if (token === null) return failed(12100, `Document parse failure at character ${position}`);
    position = TOKEN.lastIndex;
    const text = token[1] ?? (token[6] === undefined ? undefined : plain(token[6]));
    if (text !== undefined) {
      if (current !== null) take(current, open.at(-1), text);
      continue;
    }
    const tag = tagOf(token);
    if (tag === null) continue;
    if (tag.closing) {
      if (open.pop() !== tag.name) return failed(12100, `Document parse failure: </${tag.name}> closes nothing`);
      if (tag.name === "Message") current = null;
      continue;
    }
    if (open.length === 0 && (tag.name !== "Response" || sawResponse)) {
      return failed(12102, "The root element must be Response");
    }
    sawResponse = true;
    if (open.length === 1 && tag.name === "Message") {
      current = { body: "", mediaUrls: [], to: tag.attributes.to ?? null, statusCallback: callbackOf(tag) };
      result.messages.push(current);
    } else if (open.length === 1) {
      result.notices.push({ code: 12200, message: `<${tag.name}> is not followed by this simulator` });
    } else if (tag.name === "Media" && current !== null) {
      current.mediaUrls.push("");
    }
    if (!tag.empty) open.push(tag.name);
    else if (tag.name === "Message") current = null;
  }
  if (open.length > 0 || !sawResponse) return failed(12100, "Document parse failure: it ends too early");
  if (result.messages.length > 10) {
    result.messages = [];
    result.notices.push({ code: 14109, message: "TwiML Reply message limit exceeded" });
  }
  return result;
}

function take(message: TwimlMessage, inside: string | undefined, text: string): void {
  if (inside === "Media") message.mediaUrls.push((message.mediaUrls.pop() ?? "") + text.trim());
  else if (inside === "Body") message.body += text;
  else if (inside === "Message" && text.trim() !== "") message.body += text.trim();
}

function tagOf(token: RegExpExecArray): Tag | null {
  const name = token[3];
  if (name === undefined) return null;
  const attributes: Record<string, string> = {};
  for (const [, key = "", double, single] of (token[4] ?? "").matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    attributes[key] = plain(double ?? single ?? "");
  }
  return { name, attributes, closing: token[2] === "/", empty: token[5] === "/" };
}

function callbackOf(tag: Tag): string | null {
  return tag.attributes.statusCallback ?? tag.attributes.action ?? null;
}

function plain(text: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return named[name] ?? whole;
  });
}
