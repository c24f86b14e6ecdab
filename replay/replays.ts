import type { Client } from '@temporalio/client';
import { fetchHistories } from './fetch-histories.ts';
import { OpenTimelines } from './open-timelines.ts';
import { ReplayFailure } from './replay-failure.ts';
import { ReplayWorker, type ReplayParts } from './replay-worker.ts';
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

export interface ReplaysParts extends ReplayParts {
  readonly client: Client;
}

export interface OpenReplays extends Replays, AsyncDisposable {}

/** Replays in this very process, whose event loop is busy meanwhile; servers ask `openReplayer` for one of its own. */
export function openReplays({ client, ...parts }: ReplaysParts): OpenReplays {
  const worker = new ReplayWorker(parts);
  const timelines = new OpenTimelines(client, worker);
  return {
    replay: (key, atRevision) => replay(client, worker, key, atRevision),
    timeline: async (key) => (await timelines.open(key)).steps,
    stateAt: async (key, n) => stateAt(await timelines.open(key), n),
    [Symbol.asyncDispose]: () => worker[Symbol.asyncDispose](),
  };
}

async function replay(
  client: Client,
  worker: ReplayWorker,
  key: string,
  atRevision: number | undefined,
): Promise<ReplayAnswer> {
  const runs = await fetchHistories(client, key);
  if (runs.length === 0) return { kind: 'unknown' };
  try {
    const found = await replaySession(worker, key, runs, atRevision);
    return found === undefined ? { kind: 'fresh' } : { kind: 'replayed', ...found };
  } catch (error) {
    if (error instanceof ReplayFailure) return { kind: 'failed', reason: error.message };
    throw error;
  }
}
