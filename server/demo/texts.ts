/** What is on a phone: what happened since this start as the simulator has it, and before that what our own rooms remember. */
import type { DemoText } from "../../contract/demo.ts";
import type { ConnectionRow } from "../channels/channels.ts";
import { mediaOf } from "../media/media.ts";
import type { View } from "../platform/db/handles.ts";
import type { Phones, TextOnPhone } from "./phones.ts";
import { picturePath } from "./pictures.ts";
import { type TextRow, textsWith } from "./store.ts";

const TEXTS_SHOWN = 200;

/** @param numbers the connections whose numbers the phone may text. @returns the last 200 texts, oldest first */
export async function textsOn(
  view: View,
  phones: Phones,
  number: string,
  numbers: readonly ConnectionRow[],
): Promise<DemoText[]> {
  const ours = new Set(numbers.map((each) => each.phoneNumber));
  const now = phones.textsOn(number).filter((each) => ours.has(each.with));
  const shown = new Set(now.map((each) => each.messageSid));
  const ids = numbers.map((each) => each.id);
  const rows = await textsWith(view, number, ids, TEXTS_SHOWN);
  const filesOf = await storedFiles(view, rows);
  const before = rows.filter((each) => each.createdAt < phones.openedAt && !shown.has(each.providerSid));
  const known = new Set<string | null>(rows.map((each) => each.providerSid));
  return [
    ...before.map((row) => fromMemory(row, filesOf)),
    ...now.map((text, at) => fromSimulator(text, at, known.has(text.messageSid), filesOf)),
  ]
    .sort((one, other) => one.at.getTime() - other.at.getTime())
    .slice(-TEXTS_SHOWN)
    .map((each) => ({ ...each, at: each.at.toISOString() }));
}

type Text = Omit<DemoText, "at"> & { at: Date };
/** By the provider's id of the message. */
type Files = Map<string | null, DemoText["media"]>;

/** The pictures of messages that are kept here; of others it is known that there is one. */
async function storedFiles(view: View, rows: readonly TextRow[]): Promise<Files> {
  const withFiles = rows.filter((each) => each.hasMedia);
  if (withFiles.length === 0) return new Map();
  const media = await mediaOf(
    view,
    withFiles.map((each) => each.messageId),
  );
  return new Map(
    withFiles.map(({ providerSid, messageId }) => [
      providerSid,
      (media.get(messageId) ?? []).map(({ state, url, contentType }) => ({
        contentType,
        url: state === "stored" && contentType?.startsWith("image/") ? url : null,
      })),
    ]),
  );
}

function fromSimulator(text: TextOnPhone, at: number, isKnown: boolean, filesOf: Files): Text {
  const { messageSid, media, arrivedAt, receivedAt, ...rest } = text;
  // What was typed here is here; what the business sends as a file is not fetched by the simulator.
  const isHeld = messageSid !== null && text.direction === "sent";
  const held = media.map(({ sid, contentType }) => ({
    contentType,
    url: isHeld ? picturePath(messageSid, sid) : null,
  }));
  return {
    ...rest,
    id: messageSid ?? `${receivedAt.getTime()}-${at}`,
    media: isHeld ? held : (filesOf.get(messageSid) ?? held),
    // What its webhook did not take may have been fetched since.
    delivery: isKnown ? "delivered" : text.delivery,
    at: arrivedAt,
  };
}

function fromMemory(row: TextRow, filesOf: Files): Text {
  return {
    id: row.providerSid,
    direction: row.direction === "inbound" ? "sent" : "received",
    with: row.with,
    body: row.body,
    media: filesOf.get(row.providerSid) ?? [],
    delivery: "delivered",
    automatic: false,
    at: row.at,
  };
}
