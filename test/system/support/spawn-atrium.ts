import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { homeEnvironment } from '../../../bench/product/product.ts';
import { findRoot } from '../../../bench/product/root.ts';
import { endProcess } from '../../../runtime/server-process.ts';
import { until } from '../../harness/until.ts';

/** A command that goes on running, seen from outside. */
export interface AtriumProcess extends AsyncDisposable {
  readonly pid: number;
  /** What it printed so far. */
  output(): string;
  /** Waits until it has printed this and returns all that it printed; fails at once when it ends before. */
  waitFor(pattern: RegExp): Promise<string>;
  /** To the command alone; a terminal's Ctrl-C goes to its whole process group. */
  signal(name: NodeJS.Signals): void;
  /** The exit code, null after a signal. */
  readonly ended: Promise<number | null>;
}

export interface SpawnPlan {
  readonly home: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder of the release to run; this one's when absent. */
  readonly root?: string;
}

/** Runs `atrium …` on a home and returns at once; disposing ends it, by force when it must be. */
export function spawnAtrium({ home, args, environment = {}, root = findRoot() }: SpawnPlan): AtriumProcess {
  const child = spawn(process.execPath, [join(root, 'cli/atrium.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: homeEnvironment(home, environment),
    detached: true,
  });
  const pid = child.pid!;
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => printed.push(chunk));
  const output = (): string => Buffer.concat(printed).toString();
  const ended = new Promise<number | null>((done) => child.once('close', done));
  return {
    pid,
    output,
    ended,
    async waitFor(pattern) {
      const what = `${pattern} from atrium ${args.join(' ')}`;
      await until(() => pattern.test(output()) || child.exitCode !== null, { what, deadlineMs: 60_000 });
      if (!pattern.test(output())) throw new Error(`It ended with ${child.exitCode}:\n${output()}`);
      return output();
    },
    signal: (name) => void child.kill(name),
    async [Symbol.asyncDispose]() {
      await endProcess(pid, [
        { signal: 'SIGTERM', graceMs: 20_000 },
        { signal: 'SIGKILL', graceMs: 5000 },
      ]);
      await ended;
    },
  };
}
