import type { Client } from '@temporalio/client';
import { AtriumError } from '../domain/atrium-error.ts';
import { fetchHistories, findHistoryEnd, type HistoryEnd } from './fetch-histories.ts';
import { ReplayFailure } from './replay-failure.ts';
import type { ReplayWorker } from './replay-worker.ts';
import type { Timeline } from './timeline/build-timeline.ts';
import { replayTimeline } from './timeline/replay-timeline.ts';

/** Keeps the timeline that was opened last: whoever steps through one asks for it again and again. */
export class OpenTimelines {
  readonly #client: Client;
  readonly #worker: ReplayWorker;
  #newest: { readonly key: string; readonly end: HistoryEnd; readonly timeline: Timeline } | undefined;

  constructor(client: Client, worker: ReplayWorker) {
    this.#client = client;
    this.#worker = worker;
  }

  /** Throws AtriumError not-found `unknown-session`, conflict `replay-failed` (I12). */
  async open(key: string): Promise<Timeline> {
    const end = await findHistoryEnd(this.#client, key);
    if (end === undefined) throw unknownSession(key);
    const held = this.#newest;
    if (held?.key === key && held.end.runId === end.runId && held.end.length === end.length)
      return held.timeline;
    const timeline = await this.#replay(key);
    this.#newest = { key, end, timeline };
    return timeline;
  }

  async #replay(key: string): Promise<Timeline> {
    const runs = await fetchHistories(this.#client, key);
    if (runs.length === 0) throw unknownSession(key);
    try {
      return await replayTimeline(this.#worker, key, runs);
    } catch (error) {
      if (!(error instanceof ReplayFailure)) throw error;
      throw new AtriumError('conflict', 'replay-failed', error.message, { cause: error });
    }
  }
}

const unknownSession = (key: string): AtriumError =>
  new AtriumError('not-found', 'unknown-session', `There is no session ${key}.`);
