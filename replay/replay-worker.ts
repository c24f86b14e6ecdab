import { PassThrough } from 'node:stream';
import { Worker, type InjectedSinks, type ReplayWorkerOptions } from '@temporalio/worker';
import type { DataConverter } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import type { SessionChanges, SessionSinks } from '../workflows/protocol.ts';
import type { Snapshot, SnapshotSinks } from './snapshot.ts';

export interface ReplayParts {
  /** File made by `atrium`'s build: the workflows together with the snapshot interceptor. */
  readonly replayBundlePath: string;
  /** As in production: large payloads are behind it. */
  readonly dataConverter: DataConverter;
}

/** Is told what a replayed workflow does, as it happens. */
export interface RunObserver {
  took(snapshot: Snapshot): void;
  /** What a session showed its worker in the middle of a task; the database may hold just that. */
  showed?(changes: SessionChanges): void;
}

type ReplayResults = ReturnType<typeof Worker.runReplayHistories>;

/**
 * Runs histories through the real workflow code, one at a time. The SDK's worker behind it is made once and kept: a worker for
 * each history costs several times as much and memory that never comes back.
 */
export class ReplayWorker implements AsyncDisposable {
  readonly #parts: ReplayParts;
  #stream: { readonly feed: PassThrough; readonly results: ReplayResults } | undefined;
  #observer: RunObserver | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** Throws the SDK's error for a history that the code does not reproduce. */
  replay(workflowId: string, history: History, observer: RunObserver): Promise<void> {
    const turn = this.#last.then(() => this.#replay(workflowId, history, observer));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.feed.end();
    await stream?.results.next();
  }

  async #replay(workflowId: string, history: History, observer: RunObserver): Promise<void> {
    const { feed, results } = (this.#stream ??= this.#open());
    this.#observer = observer;
    feed.write({ workflowId, history });
    const result = await this.#nextOf(results);
    if (result.error !== undefined) throw result.error;
  }

  async #nextOf(results: ReplayResults) {
    try {
      const next = await results.next();
      if (next.done !== true) return next.value;
      throw new Error('The replay worker ended.');
    } catch (error) {
      // The next history gets a fresh worker.
      this.#stream = undefined;
      throw error;
    }
  }

  #open() {
    const feed = new PassThrough({ objectMode: true });
    return { feed, results: Worker.runReplayHistories(this.#options(), feed) };
  }

  #options(): ReplayWorkerOptions {
    const sinks: InjectedSinks<SnapshotSinks & SessionSinks> = {
      session: {
        changed: { callDuringReplay: true, fn: (_info, changes) => this.#observer?.showed?.(changes) },
        callPrepared: { callDuringReplay: false, fn: () => undefined },
        callQueued: { callDuringReplay: false, fn: () => undefined },
        callEnded: { callDuringReplay: false, fn: () => undefined },
      },
      snapshots: {
        take: { callDuringReplay: true, fn: (_info, snapshot) => this.#observer?.took(snapshot) },
      },
    };
    const { replayBundlePath, dataConverter } = this.#parts;
    return { workflowBundle: { codePath: replayBundlePath }, dataConverter, sinks };
  }
}
