import { Worker, type InjectedSinks, type ReplayWorkerOptions } from '@temporalio/worker';
import type { DataConverter } from '@temporalio/common';
import { sessionWorkflowId, type SessionChanges, type SessionSinks } from '../workflows/protocol.ts';
import type { RunHistory } from './fetch-histories.ts';
import { ReplayFailure } from './replay-failure.ts';
import { settledHistory } from './settled-history.ts';
import type { Snapshot, SnapshotSinks } from './snapshot.ts';

export interface ReplayParts {
  /** File made by `atrium`'s build: the workflows together with the snapshot interceptor. */
  readonly replayBundlePath: string;
  /** As in production: large payloads are behind it. */
  readonly dataConverter: DataConverter;
}

/** Is told what a replayed session does, as it happens; `run` is the place of its run among those given. */
export interface ReplayObserver {
  took(snapshot: Snapshot, run: number): void;
  /** What the session showed its worker in the middle of a task; the database may hold just that. */
  showed?(changes: SessionChanges): void;
}

/**
 * Runs a session's histories, oldest first, through the real workflow code, without a server and without a model. Throws
 * ReplayFailure for a run that this code does not reproduce.
 */
export async function replayRuns(
  parts: ReplayParts,
  key: string,
  runs: readonly RunHistory[],
  observer: ReplayObserver,
): Promise<void> {
  let current = 0;
  const options = replayOptions(parts, {
    session: {
      changed: { callDuringReplay: true, fn: (_info, changes) => observer.showed?.(changes) },
      callPrepared: { callDuringReplay: false, fn: () => undefined },
    },
    snapshots: {
      take: { callDuringReplay: true, fn: (_info, snapshot) => observer.took(snapshot, current) },
    },
  });
  for (const { runId, history } of runs) {
    const settled = settledHistory(history);
    // A run whose first task is not over has done nothing yet.
    if (settled.events?.length === 0) return;
    try {
      await Worker.runReplayHistory(options, settled, sessionWorkflowId(key));
    } catch (error) {
      throw new ReplayFailure(key, runId, error);
    }
    current += 1;
  }
}

const replayOptions = (
  parts: ReplayParts,
  sinks: InjectedSinks<SnapshotSinks & SessionSinks>,
): ReplayWorkerOptions => ({
  workflowBundle: { codePath: parts.replayBundlePath },
  dataConverter: parts.dataConverter,
  sinks,
});
