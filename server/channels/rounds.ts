/** Rounds: connections that are looked at when they are due, those of one provider account one after the other. */
import type { ConnectionId } from "../../contract/ids.ts";
import type { Tracks } from "../platform/tracks.ts";
import type { Directory, Sender } from "./directory.ts";

/**
 * Starts the looks that are due, but at no account that has some under way.
 * @param take takes those of these connections that are due
 * @param begin begins an account's round; answers how each of its connections is looked at
 */
export async function startRounds<Due extends { connectionId: ConnectionId }>(
  directory: Directory,
  accounts: Tracks,
  take: (among: readonly ConnectionId[]) => Promise<readonly Due[]>,
  begin: () => (sender: Sender, due: Due) => Promise<void>,
): Promise<void> {
  const busy = new Set(accounts.busy());
  const free = (await directory.senders()).filter(({ connection }) => !busy.has(connection.providerAccountId));
  const senders = new Map(free.map((each) => [each.connection.id, each]));
  const pairs = (await take([...senders.keys()])).flatMap((due) => {
    const sender = senders.get(due.connectionId);
    return sender ? [{ sender, due }] : [];
  });
  for (const [account, looks] of Map.groupBy(pairs, ({ sender }) => sender.connection.providerAccountId))
    accounts.start(account, async () => {
      const look = begin();
      for (const { sender, due } of looks) await look(sender, due);
    });
}
