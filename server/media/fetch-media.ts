/** Fetches the files of inbound messages from the provider, after the message itself is safe; tried again where that fails. */
import type { ConnectionId, MediaId, ProviderAccountId, WorkspaceId } from "../../contract/ids.ts";
import type { Media } from "../../contract/media.ts";
import type { Directory, FetchTrouble, SmsProvider } from "../channels/channels.ts";
import type { Database } from "../platform/db/database.ts";
import type { Live } from "../platform/db/live.ts";
import { type Lane, startLane } from "../platform/lanes.ts";
import type { Log } from "../platform/log.ts";
import { tracks, withTracks } from "../platform/tracks.ts";
import type { World } from "../platform/world.ts";
import { contentTypeOf, isProgram } from "./content-type.ts";
import * as store from "./store.ts";

export interface FetchingParts {
  database: Database;
  directory: Directory;
  provider: SmsProvider;
  live: Live;
  world: World;
  log: Log;
}

/** The news that a message came with files. */
export const MEDIA_NEWS = "media";

/** More than any carrier hands on; what WhatsApp does. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Accounts whose files are fetched side by side: so many files are in memory at most. */
const AT_ONCE = 4;
const EACH = 5;
const LEASE_MS = 10 * 60_000;
const IDLE_MS = 1000;
/** After each try in vain; after the last one the file is given up. In all about a day. */
const AGAIN_MS = [
  5_000,
  20_000,
  60_000,
  5 * 60_000,
  20 * 60_000,
  60 * 60_000,
  4 * 3_600_000,
  6 * 3_600_000,
  12 * 3_600_000,
];
/** A file may not be there yet when its message is. */
const GONE_TRIES = 4;

type Reason = NonNullable<Media["reason"]>;
const REASONS: Record<FetchTrouble | "program" | "disconnected", Reason> = {
  gone: { code: "media_gone", message: "The provider does not have this file any more." },
  too_large: { code: "media_too_large", message: "This file is larger than 16 MB, so it was not fetched." },
  address_not_allowed: {
    code: "media_address_not_allowed",
    message: "This file is not at the provider, and from elsewhere none is fetched.",
  },
  refused: {
    code: "media_refused",
    message: "The provider did not hand out this file. Check the account’s credentials under Channels.",
  },
  unreachable: {
    code: "media_unreachable",
    message: "The provider could not be reached for a day, so this file is not here.",
  },
  program: { code: "media_not_kept", message: "This file is a program. Parley keeps none that a customer sends." },
  disconnected: {
    code: "disconnected",
    message: "The number was disconnected before this file was fetched.",
  },
};

interface Claimed {
  workspace_id: WorkspaceId;
  id: MediaId;
  connection_id: ConnectionId;
  provider_account_id: ProviderAccountId;
  gone: boolean;
}

export function startMediaFetching(parts: FetchingParts): Lane {
  const { database, live, log, world } = parts;
  const accounts = tracks(AT_ONCE, (error) => {
    if (error) log.error({ error }, "files could not be fetched");
    lane.wake();
  });

  async function step(): Promise<null> {
    const claimed = await database.ground.rows<Claimed>("select * from claim_media($1, $2, $3, $4)", [
      world.now(),
      `${LEASE_MS} milliseconds`,
      EACH,
      accounts.busy(),
    ]);
    for (const [account, files] of Map.groupBy(claimed, (each) => each.provider_account_id))
      accounts.start(account, async () => {
        for (const file of files) await fetchOne(parts, file);
      });
    return null;
  }

  const lane = startLane("media", { world, log, idleMs: IDLE_MS, step });
  return withTracks(lane, accounts, [live.onNews(MEDIA_NEWS, lane.wake)]);
}

type Fetched = { bytes: Buffer } | { trouble: keyof typeof REASONS };

async function fetchOne(parts: FetchingParts, { workspace_id, id, connection_id, gone }: Claimed): Promise<void> {
  const { database } = parts;
  const row = await database.view(workspace_id, (view) => store.findMedia(view, id));
  if (row?.state !== "fetching") return; // erased meanwhile
  const fetched = await bytesAt(parts, connection_id, row.sourceUrl ?? "", gone);
  await database.tx(workspace_id, async (tx) => {
    const current = await store.lockFetching(tx, id);
    if (!current) return;
    const state = await settle(tx, current, fetched);
    const { messageId, conversationId } = current;
    if (state === "fetching" || messageId === null || conversationId === null) return;
    await tx.emit({
      type: "media.changed",
      data: { mediaId: id, messageId, conversationId, state },
      actor: { type: "provider", id: null, name: null },
    });
  });
}

async function bytesAt(
  { database, directory, provider }: FetchingParts,
  connectionId: ConnectionId,
  url: string,
  gone: boolean,
): Promise<Fetched> {
  if (gone) return { trouble: "disconnected" };
  const sender = await directory.sender(connectionId);
  if (!sender) return { trouble: "unreachable" }; // connected a moment ago, and this process has not heard of it yet
  const answer = await provider.fetchFile(database.outside, sender.credentials, url, MAX_BYTES);
  if (!answer.ok) return { trouble: answer.code };
  return isProgram(answer.bytes) ? { trouble: "program" } : { bytes: answer.bytes };
}

async function settle(
  tx: Parameters<typeof store.markFailed>[0],
  { id, tries }: store.MediaRow,
  fetched: Fetched,
): Promise<"stored" | "failed" | "fetching"> {
  if ("bytes" in fetched) {
    const { bytes } = fetched;
    const hash = await store.keepBytes(tx, bytes);
    const contentType = contentTypeOf(bytes) ?? "application/octet-stream";
    await store.markStored(tx, id, { hash, size: bytes.length, contentType });
    return "stored";
  }
  const { trouble } = fetched;
  const again = AGAIN_MS[tries - 1];
  const mayPass = trouble === "refused" || trouble === "unreachable" || (trouble === "gone" && tries < GONE_TRIES);
  if (mayPass && again !== undefined) {
    await store.fetchLater(tx, id, new Date(tx.now.getTime() + again));
    return "fetching";
  }
  await store.markFailed(tx, id, REASONS[trouble]);
  return "failed";
}
