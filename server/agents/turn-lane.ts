/** The lane on which agents take their turns: several conversations at once, none waiting for another's slow model. */
import { claimTurns, nextTurnAt, TURN_NEWS, type Turn } from "../conversations/conversations.ts";
import type { Database } from "../platform/db/database.ts";
import type { Live } from "../platform/db/live.ts";
import { type Lane, startLane } from "../platform/lanes.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { World } from "../platform/world.ts";
import { takeTurn } from "./take-turn.ts";

export interface TurnLaneParts {
  database: Database;
  live: Live;
  world: World;
  log: Log;
  metrics: Metrics;
  secrets: Secrets;
}

const AT_ONCE = 8;
/** Longer than any turn that lives: a model's time limit and two transactions. */
const CLAIM_MS = 60_000;
const IDLE_MS = 5_000;

export function startTurns({ database, live, world, log, metrics, secrets }: TurnLaneParts): Lane {
  const underWay = new Set<Promise<void>>();

  async function run(turn: Turn): Promise<void> {
    try {
      metrics.turns.inc({ outcome: await takeTurn(database, secrets, turn) });
    } catch (error) {
      // The turn stays claimed until its time is up and is then taken again; the others go on.
      metrics.turns.inc({ outcome: "failed" });
      log.error({ error, conversationId: turn.conversationId, tries: turn.tries }, "an agent's turn failed");
    }
  }

  const lane = startLane("turns", {
    world,
    log,
    idleMs: IDLE_MS,
    async step() {
      const free = AT_ONCE - underWay.size;
      if (free === 0) return null; // the next one that ends wakes the lane
      const turns = await claimTurns(database.ground, free, CLAIM_MS);
      for (const turn of turns) {
        const running = run(turn).finally(() => {
          underWay.delete(running);
          lane.wake();
        });
        underWay.add(running);
      }
      return nextTurnAt(database.ground);
    },
  });
  const unhear = live.onNews(TURN_NEWS, lane.wake);

  return {
    wake: lane.wake,
    async stop() {
      unhear();
      await lane.stop();
      await Promise.all(underWay);
    },
  };
}
