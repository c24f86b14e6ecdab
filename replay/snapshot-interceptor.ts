/**
 * Runs inside the workflow sandbox, in the replay bundle only: after every activation it hands out what the session's
 * state is then. Production's bundle does not have it.
 */
import { proxySinks, type WorkflowInterceptors } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';
import { changesSince } from '../domain/changes.ts';
import type { SessionState } from '../domain/session-state.ts';
import { sessionQueries } from '../workflows/protocol.ts';
import type { SnapshotSinks } from './snapshot.ts';

const { snapshots } = proxySinks<SnapshotSinks>();

/** The hook by which the SDK finds this module's interceptors; called once per workflow. */
export const interceptors = (): WorkflowInterceptors => {
  let sentRevision = -1;
  return {
    internals: [
      {
        concludeActivation(input, next) {
          const output = next(input);
          const state = getActivator().queryHandlers.get(sessionQueries.state)?.handler() as
            | SessionState
            | undefined;
          if (state !== undefined) {
            snapshots.take({
              changes: changesSince(state, sentRevision),
              historyLength: getActivator().info.historyLength,
            });
            sentRevision = state.revision;
          }
          return output;
        },
      },
    ],
  };
};
