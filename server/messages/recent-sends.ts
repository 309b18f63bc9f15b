/** How a connection's latest texts fared, for its health. */
import type { ConnectionId } from "../../contract/ids.ts";
import type { RecentSends } from "../channels/channels.ts";
import type { View } from "../platform/db/handles.ts";
import { countEnds, countFailures } from "./queries.ts";

/** So many of the workspace's newest hand-overs are looked at: the newest of a busy day say how it is now. */
const AT_MOST = 5000;

export async function recentSends(view: View, id: ConnectionId, since: Date): Promise<RecentSends> {
  const codes = await countFailures(view, id, since);
  return { ...(await countEnds(view, id, since, AT_MOST)), codes };
}
