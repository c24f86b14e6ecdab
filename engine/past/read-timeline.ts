import type { TimelineState, TimelineStep } from '../../replay/timeline/timeline-step.ts';
import type { Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { openSession } from '../sessions/open-session.ts';
import { settleTask } from '../session-calls.ts';

/** Steps from number `from` on, at most `limit`. */
export interface TimelineQuery {
  readonly from: number;
  readonly limit: number;
}

/**
 * A session's past, oldest step first, from replaying its histories. Throws AtriumError `unknown-session`,
 * `session-deleted`, or `replay-failed` for a history that this release does not reproduce (I12).
 */
export async function readTimeline(
  engine: Engine,
  caller: Caller,
  key: string,
  { from, limit }: TimelineQuery,
): Promise<readonly TimelineStep[]> {
  await openSession(engine, caller, key);
  await settleTask(engine, key);
  const steps = await engine.replayer.timeline(key);
  return steps.slice(from, from + limit);
}

/** The session at step `n`. Throws as `readTimeline` does, and `unknown-step`. */
export async function readTimelineStep(
  engine: Engine,
  caller: Caller,
  key: string,
  n: number,
): Promise<TimelineState> {
  await openSession(engine, caller, key);
  return engine.replayer.stateAt(key, n);
}
