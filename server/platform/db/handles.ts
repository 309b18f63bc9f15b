/** The handles: what a function holds says what it may do (architecture section 4). */
import type { NewEvent } from "../../../contract/events.ts";
import type { Id, IdPrefix, WorkspaceId } from "../../../contract/ids.ts";
import type { World } from "../world.ts";

/** Runs SQL whose text is a constant; values go by `$1`. Rows are typed by the caller, who wrote the select. */
export interface Reader {
  /** Fixed when the transaction opened. */
  readonly now: Date;
  rows<T>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** The first row, or null. */
  maybe<T>(sql: string, values?: readonly unknown[]): Promise<T | null>;
  /** The one row that must be there: its absence is a bug. */
  one<T>(sql: string, values?: readonly unknown[]): Promise<T>;
}

/** The account-level directory and the lanes. Sees no workspace's rows: their policies hide them. */
export interface Ground extends Reader {
  readonly level: "ground";
  id<P extends IdPrefix>(prefix: P): Id<P>;
}

/** Reads within one workspace. */
export interface View extends Reader {
  readonly workspaceId: WorkspaceId;
  /** The keyed hash of an address in this workspace: what consent keys on. */
  hashOf(channel: string, address: string): string;
  /** Account-level tables within the same transaction. */
  readonly ground: Ground;
}

/** Writes within one workspace: all of it or nothing. */
export interface Tx extends View {
  readonly writable: true;
  /** Random bytes, for salts. */
  bytes(count: number): Buffer;
  id<P extends IdPrefix>(prefix: P): Id<P>;
  /** Stores an event with the change that it tells of, and runs what follows from it (reactions.ts) at once. */
  emit(event: NewEvent): Promise<void>;
  /** Runs once the transaction is durable; never when it is rolled back. */
  afterCommit(act: () => void): void;
}

/** Calls the world outside (providers, models); holds no table. */
export interface Outside {
  readonly world: World;
}
