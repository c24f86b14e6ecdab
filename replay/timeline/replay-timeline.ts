import type { RunHistory } from '../fetch-histories.ts';
import { replayRuns } from '../replay-runs.ts';
import type { ReplayWorker } from '../replay-worker.ts';
import { settledHistory } from '../settled-history.ts';
import type { Snapshot } from '../snapshot.ts';
import { buildTimeline, type Timeline } from './build-timeline.ts';
import { recordRun } from './record-run.ts';

/** A session's past out of its histories, oldest run first. Throws ReplayFailure (I12). */
export async function replayTimeline(
  worker: ReplayWorker,
  key: string,
  runs: readonly RunHistory[],
): Promise<Timeline> {
  const taken: Snapshot[][] = runs.map(() => []);
  await replayRuns(worker, key, runs, { took: (snapshot, run) => void taken[run]?.push(snapshot) });
  return buildTimeline(
    runs.map(({ history }, index) => recordRun(settledHistory(history), taken[index] ?? [])),
  );
}
