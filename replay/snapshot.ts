import type { SessionChanges } from '../domain/session-changes.ts';

/** What changed in one activation of a replayed session; the first has everything. */
export interface Snapshot {
  readonly changes: SessionChanges;
  /** Events that the workflow had seen by then. */
  readonly historyLength: number;
}

/** How snapshots leave the sandbox, also on replay. */
export type SnapshotSinks = {
  readonly snapshots: {
    take(snapshot: Snapshot): void;
  };
};
