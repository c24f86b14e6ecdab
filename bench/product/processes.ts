/** The processes of one home, found by what they carry in their arguments, and what they cost. */
import { readFile } from 'node:fs/promises';
import { isRunning, listProcesses, waitForEnd } from '../../runtime/process-table.ts';

export interface HomeProcess {
  readonly pid: number;
  readonly part: Part;
  readonly args: readonly string[];
}
/** `main` is the process that a person starts; `postgres` stands for each of its processes. */
export type Part = 'main' | 'worker' | 'postgres' | 'temporal' | 'other';

/** Everything that runs for this home, its servers and their children too. */
export async function listHomeProcesses(home: string): Promise<readonly HomeProcess[]> {
  const found = (await listProcesses()).filter(({ args }) => namesHome(args.join(' '), home));
  return found.map(({ pid, args }) => ({ pid, args, part: partOf(args) }));
}

/** A home whose path only begins alike is another home. */
function namesHome(line: string, home: string): boolean {
  const at = line.indexOf(home);
  return at >= 0 && !/[\w-]/.test(line[at + home.length] ?? '');
}

function partOf(args: readonly string[]): Part {
  const line = args.join(' ');
  if (line.includes('start-dev')) return 'temporal';
  if (/(^|\/)postgres\b/.test(line)) return 'postgres';
  if (/\bstart\b/.test(line)) return 'main';
  if (/\bworker\b/.test(line)) return 'worker';
  return 'other';
}

/** Sends SIGKILL to each and waits until all are gone. */
export async function killProcesses(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile, which is what we want.
    }
  }
  for (const pid of pids)
    if (!(await waitForEnd(pid, 10_000)) && (await isRunning(pid)))
      throw new Error(`Process ${pid} does not end.`);
}

/** Proportional set size in bytes: shared pages count once over all processes. 0 when the process is gone. */
export async function readPssBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}

/** Processor time used so far, user and system together, in milliseconds. 0 when the process is gone. */
export async function readCpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may hold spaces; utime and stime are the 12th and 13th fields after it, in hundredths.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10;
}
