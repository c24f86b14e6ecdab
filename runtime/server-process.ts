import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAppendFile } from './open-append-file.ts';
import type { OsUser } from './os-user.ts';
import { isRunning, waitForEnd } from './process-table.ts';

/** A long-running process that belongs to this server, whoever started it. */
export interface ServerProcess {
  readonly pid: number;
  /** Settles when the process is gone. */
  readonly ended: Promise<void>;
}

export interface SpawnOptions {
  /** Takes what the process prints. */
  readonly logFile: string;
  /** Runs the program as this user; only root can. */
  readonly user?: OsUser | undefined;
  readonly cwd?: string;
}

/** Starts a program in our process group. It outlives us when we are killed; the next start then adopts it. */
export async function spawnServer(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<ServerProcess> {
  await using log = await openAppendFile(options.logFile);
  const child = spawn(program, args, {
    stdio: ['ignore', log.fd, log.fd],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.user === undefined ? {} : { uid: options.user.uid, gid: options.user.gid }),
  });
  return describeChild(child);
}

/** Waits until the child has begun; rejects when its program cannot be run. */
export async function describeChild(child: ChildProcess): Promise<ServerProcess> {
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', resolve);
  });
  // The parent ends when it was told to, not when its children have.
  child.unref();
  return { pid: child.pid ?? 0, ended };
}

/** A process that is not our child: nobody tells us of its end, so we look. */
export const watchProcess = (pid: number): ServerProcess => ({ pid, ended: waitUntilGone(pid) });

async function waitUntilGone(pid: number): Promise<void> {
  while (await isRunning(pid)) await sleep(500, undefined, { ref: false });
}

export interface EndingStep {
  readonly signal: NodeJS.Signals;
  readonly graceMs: number;
}

/** Sends each signal in turn, with the time it gets to take effect, until the process is gone. */
export async function endProcess(pid: number, steps: readonly EndingStep[]): Promise<void> {
  for (const { signal, graceMs } of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await waitForEnd(pid, graceMs)) return;
  }
}
