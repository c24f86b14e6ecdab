import { fetchHistories } from './fetch-histories.ts';
import { OpenTimelines, type TimelineParts } from './open-timelines.ts';
import { ReplayFailure } from './replay-failure.ts';
import { replaySession, type SessionReplay } from './replay-session.ts';
import { stateAt } from './timeline/state-at.ts';
import type { TimelineState, TimelineStep } from './timeline/timeline-step.ts';

/** What the histories say of a session. */
export type ReplayAnswer =
  | ({ readonly kind: 'replayed' } & SessionReplay)
  /** Temporal surely knows no run of it. */
  | { readonly kind: 'unknown' }
  /** It was made a moment ago and has not done anything. */
  | { readonly kind: 'fresh' }
  /** This release does not reproduce its history (I12); a sentence says which run and where. */
  | { readonly kind: 'failed'; readonly reason: string };

/** What can be asked of sessions' histories. Reads Temporal, changes nothing. */
export interface Replays {
  /** The session as its histories end and, with `atRevision`, as it was at that revision. */
  replay(key: string, atRevision?: number): Promise<ReplayAnswer>;
  /** Every step of a session, oldest first. Throws AtriumError not-found `unknown-session`, conflict `replay-failed`. */
  timeline(key: string): Promise<readonly TimelineStep[]>;
  /** The session at step `n`. Throws as `timeline` does, and not-found `unknown-step`. */
  stateAt(key: string, n: number): Promise<TimelineState>;
}

/** Replays in this very process, whose event loop is busy meanwhile; servers ask `openReplayer` for one of its own. */
export function createReplays(parts: TimelineParts): Replays {
  const timelines = new OpenTimelines(parts);
  return {
    replay: (key, atRevision) => replay(parts, key, atRevision),
    timeline: async (key) => (await timelines.open(key)).steps,
    stateAt: async (key, n) => stateAt(await timelines.open(key), n),
  };
}

async function replay(
  parts: TimelineParts,
  key: string,
  atRevision: number | undefined,
): Promise<ReplayAnswer> {
  const runs = await fetchHistories(parts.client, key);
  if (runs.length === 0) return { kind: 'unknown' };
  try {
    const found = await replaySession(parts, key, runs, atRevision);
    return found === undefined ? { kind: 'fresh' } : { kind: 'replayed', ...found };
  } catch (error) {
    if (error instanceof ReplayFailure) return { kind: 'failed', reason: error.message };
    throw error;
  }
}
