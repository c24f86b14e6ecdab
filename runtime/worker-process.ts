import { spawn, type ChildProcess } from 'node:child_process';
import { childEnvironment } from '../config/child-environment.ts';
import { AtriumError } from '../domain/atrium-error.ts';
import { openAppendFile } from './open-append-file.ts';
import { built } from './package-root.ts';
import { describeChild, endProcess } from './server-process.ts';
import type { ProcessPart } from './supervise.ts';

export interface WorkerProcessOptions {
  /** ATRIUM_HOME, absolute; its note says where database and Temporal are. */
  readonly home: string;
  /** Takes what the worker prints. */
  readonly logFile: string;
}

/** What a worker tells the process that started it. */
export type WorkerReport = { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly message: string };

const stopSteps = [
  { signal: 'SIGTERM', graceMs: 8000 },
  { signal: 'SIGKILL', graceMs: 3000 },
] as const;

/** Many short-lived objects, few that stay: a small young generation costs little time and saves much memory. */
const heapOptions = ['--max-semi-space-size=2'];
/** The SDK's threads would each keep a heap of their own, which glibc gives back to nobody. */
const fewArenas = { MALLOC_ARENA_MAX: '2' };

/**
 * Starts a worker for all queues as a process of its own and returns once it polls: whatever happens in it, the API goes
 * on. It ends by itself when this process is gone. Throws AtriumError `worker-failed`.
 */
export async function openWorkerProcess({ home, logFile }: WorkerProcessOptions): Promise<ProcessPart> {
  await using log = await openAppendFile(logFile);
  const args = [...heapOptions, '--enable-source-maps', built.command, 'worker', '--home', home];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    env: childEnvironment(fewArenas),
  });
  const ready = waitUntilReady(child, logFile);
  // Whoever loses the race with a failed spawn must not surface by itself.
  ready.catch(() => undefined);
  const worker = await describeChild(child);
  await ready;
  child.channel?.unref();
  return { ...worker, stop: () => endProcess(worker.pid, stopSteps) };
}

function waitUntilReady(child: ChildProcess, logFile: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(failed(`it ended at once; ${logFile} has its own words`)));
    child.once('error', reject);
    child.once('message', (report: WorkerReport) =>
      report.kind === 'ready' ? resolve() : reject(failed(report.message)),
    );
  });
}

const failed = (reason: string): AtriumError =>
  new AtriumError('unavailable', 'worker-failed', `Cannot start the worker: ${reason}`);
