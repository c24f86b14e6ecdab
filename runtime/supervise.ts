import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from './server-process.ts';

/** A part of the server that runs as a process of its own. */
export interface ProcessPart extends ServerProcess {
  stop(): Promise<void>;
}

export interface SupervisionOptions<Part extends ProcessPart> {
  /** Starts the part anew where it was, so that its clients find it again. */
  reopen(previous: Part): Promise<Part>;
  /** Told of each end that nobody asked for, and of each attempt that failed. */
  report(event: 'ended' | 'restarted' | 'failed', error?: unknown): void;
}

export interface SupervisedPart<Part extends ProcessPart> {
  current(): Part;
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
  const stopping = new AbortController();
  const watch = async (): Promise<void> => {
    let pauseMs = shortestPauseMs;
    for (;;) {
      const startedAt = Date.now();
      await Promise.race([part.ended, aborted(stopping.signal)]);
      if (stopping.signal.aborted) return;
      options.report('ended');
      if (Date.now() - startedAt > wellAfterMs) pauseMs = shortestPauseMs;
      for (;;) {
        await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        if (stopping.signal.aborted) return;
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
        const next = await options.reopen(part).catch((error: unknown) => {
          options.report('failed', error);
        });
        if (next === undefined) continue;
        part = next;
        options.report('restarted');
        break;
      }
    }
  };
  const watching = watch();
  return {
    current: () => part,
    async stop() {
      stopping.abort();
      await watching;
      await part.stop();
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
