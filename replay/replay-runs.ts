import { sessionWorkflowId, type SessionChanges } from '../workflows/protocol.ts';
import type { RunHistory } from './fetch-histories.ts';
import { ReplayFailure } from './replay-failure.ts';
import type { ReplayWorker } from './replay-worker.ts';
import { settledHistory } from './settled-history.ts';
import type { Snapshot } from './snapshot.ts';

/** Is told what a replayed session does; `run` is the place of its run among those given. */
export interface ReplayObserver {
  took(snapshot: Snapshot, run: number): void;
  showed?(changes: SessionChanges): void;
}

/**
 * Replays a session's histories, oldest first, without a server and without a model. Throws ReplayFailure for a run that this
 * release's code does not reproduce.
 */
export async function replayRuns(
  worker: ReplayWorker,
  key: string,
  runs: readonly RunHistory[],
  observer: ReplayObserver,
): Promise<void> {
  for (const [index, { runId, history }] of runs.entries()) {
    const settled = settledHistory(history);
    // A run whose first task is not over has done nothing yet.
    if (settled.events?.length === 0) return;
    try {
      await worker.replay(sessionWorkflowId(key), settled, {
        took: (snapshot) => observer.took(snapshot, index),
        showed: (changes) => observer.showed?.(changes),
      });
    } catch (error) {
      throw new ReplayFailure(key, runId, error);
    }
  }
}
