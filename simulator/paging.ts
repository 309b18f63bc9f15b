import type { Answer, Call } from "./call.ts";
import { TwilioError } from "./errors.ts";

type Page<Item> = { items: Item[]; page: number; size: number; hasNext: boolean };

/**
 * Cuts one page out of a list that is newest first. A page token (`PA` + the SID before the page, `PB` + the SID after
 * it) holds its place while new items arrive; without one, `Page` counts from the front.
 */
function cut<Item extends { sid: string }>(query: URLSearchParams, items: Item[]): Page<Item> {
  const size = pageSize(query);
  const page = wholeNumber(query.get("Page")) ?? 0;
  const token = query.get("PageToken") ?? "";
  let start = page * size;
  if (token !== "") {
    const at = items.findIndex((item) => item.sid === token.slice(2));
    if (at === -1) throw new TwilioError(20422, 400, "Invalid Parameter: PageToken");
    start = token.startsWith("PB") ? Math.max(0, at - size) : at + 1;
  }
  return { items: items.slice(start, start + size), page, size, hasNext: start + size < items.length };
}

function pageSize(query: URLSearchParams): number {
  const size = wholeNumber(query.get("PageSize"));
  if (size !== null && size > 1000) throw new TwilioError(20007, 400);
  return size === null || size === 0 ? 50 : size;
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function address(path: string, query: URLSearchParams, page: number, size: number, token: string | null): string {
  const params = new URLSearchParams([...query].filter(([name]) => !["PageSize", "Page", "PageToken"].includes(name)));
  params.set("PageSize", String(size));
  params.set("Page", String(page));
  if (token !== null) params.set("PageToken", token);
  return `${path}?${params}`;
}

/** A list of the 2010 API: relative URIs, and the page's fields beside the items. */
export function list2010<Item extends { sid: string }>(
  call: Call,
  key: string,
  items: Item[],
  json: (item: Item) => unknown,
): Answer {
  const { items: shown, page, size, hasNext } = cut(call.query, items);
  const uri = (number: number, token: string | null) => address(call.path, call.query, number, size, token);
  const start = page * size;
  return {
    status: 200,
    json: {
      [key]: shown.map(json),
      page,
      page_size: size,
      start,
      end: start + Math.max(0, shown.length - 1),
      uri: uri(page, call.query.get("PageToken")),
      first_page_uri: uri(0, null),
      next_page_uri: hasNext ? uri(page + 1, `PA${shown.at(-1)?.sid}`) : null,
      previous_page_uri: page > 0 && shown[0] !== undefined ? uri(page - 1, `PB${shown[0].sid}`) : null,
    },
  };
}

const MESSAGING_HOST = "https://messaging.twilio.com";
export const NUMBERS_HOST = "https://numbers.twilio.com";

/** A list of the v1 and v2 APIs: absolute URLs under `meta`, on Twilio's own host as the real ones. */
export function listV1<Item extends { sid: string }>(
  call: Call,
  key: string,
  items: Item[],
  json: (item: Item) => unknown,
  host = MESSAGING_HOST,
): Answer {
  const { items: shown, page, size, hasNext } = cut(call.query, items);
  const url = (number: number, token: string | null) => host + address(call.path, call.query, number, size, token);
  return {
    status: 200,
    json: {
      [key]: shown.map(json),
      meta: {
        page,
        page_size: size,
        first_page_url: url(0, null),
        previous_page_url: page > 0 && shown[0] !== undefined ? url(page - 1, `PB${shown[0].sid}`) : null,
        url: url(page, call.query.get("PageToken")),
        next_page_url: hasNext ? url(page + 1, `PA${shown.at(-1)?.sid}`) : null,
        key,
      },
    },
  };
}
