import type { SessionState } from '../domain/session-state.ts';
import type { InferResult, SessionInput } from '../workflows/protocol.ts';

/**
 * What a replayed session lets us see, in the order in which it happens. States are the session's own objects: they share
 * what did not change and are never written to.
 */
export type Snapshot =
  | { readonly kind: 'begun'; readonly input: SessionInput }
  | {
      readonly kind: 'signal';
      readonly name: string;
      readonly payload: unknown;
      readonly before: SessionState;
      readonly state: SessionState;
    }
  | {
      /** A model call was scheduled as activity `activityId` of its run; `state` is what its context is made of. */
      readonly kind: 'call-started';
      readonly activityId: string;
      readonly call: string;
      readonly state: SessionState;
    }
  | {
      readonly kind: 'call-ended';
      readonly activityId: string;
      /** Null when the call failed or was given up. */
      readonly result: InferResult | null;
    }
  | {
      /** The end of a workflow task: the only moment at which others could see the session. */
      readonly kind: 'task-ended';
      readonly state: SessionState;
      /** Events of this run that the workflow had seen by then. */
      readonly historyLength: number;
    };

/** How snapshots leave the sandbox, also on replay. */
export type SnapshotSinks = {
  readonly snapshots: {
    take(snapshot: Snapshot): void;
  };
};
