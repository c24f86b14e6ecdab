import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from './server-process.ts';

/** A part of the server that runs as a process of its own. */
export interface ProcessPart extends ServerProcess {
  stop(): Promise<void>;
}

export interface SupervisionOptions<Part extends ProcessPart> {
  /** Once this is aborted nothing is started again: a Ctrl-C reaches every process of the terminal at the same time. */
  readonly closing: AbortSignal;
  /** Starts the part anew where it was, so that its clients find it again. */
  reopen(previous: Part): Promise<Part>;
  /** Told of each end that nobody asked for, and of each attempt that failed. */
  report(event: 'ended' | 'restarted' | 'failed', error?: unknown): void;
}

export interface SupervisedPart<Part extends ProcessPart> {
  current(): Part;
  /** False from the end of a process until it has been started again. */
  isRunning(): boolean;
  /** Ends the part for good. */
  stop(): Promise<void>;
}

const shortestPauseMs = 200;
const longestPauseMs = 10_000;
/** A part that ran this long is well: the next restart is quick again. */
const wellAfterMs = 60_000;

/** Keeps a part running: whenever its process ends by itself it is started again, at first at once, then less and less often. */
export function supervise<Part extends ProcessPart>(
  first: Part,
  options: SupervisionOptions<Part>,
): SupervisedPart<Part> {
  let part = first;
  let isRunning = true;
  const stopping = new AbortController();
  const stopped = AbortSignal.any([stopping.signal, options.closing]);
  const watch = async (): Promise<void> => {
    let pauseMs = shortestPauseMs;
    for (;;) {
      const startedAt = Date.now();
      await Promise.race([part.ended, aborted(stopped)]);
      if (stopped.aborted) return;
      isRunning = false;
      options.report('ended');
      if (Date.now() - startedAt > wellAfterMs) pauseMs = shortestPauseMs;
      for (;;) {
        await sleep(pauseMs, undefined, { signal: stopped }).catch(() => undefined);
        if (stopped.aborted) return;
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
        const next = await options.reopen(part).catch((error: unknown) => {
          options.report('failed', error);
        });
        if (next === undefined) continue;
        part = next;
        isRunning = true;
        options.report('restarted');
        break;
      }
    }
  };
  const watching = watch();
  return {
    current: () => part,
    isRunning: () => isRunning,
    async stop() {
      stopping.abort();
      await watching;
      await part.stop();
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
