/** What runs on this machine, as far as it can be seen: used to tell our own left-over servers from strangers. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../config/error-code.ts';
import { runProgram } from './run-program.ts';

export interface ProcessEntry {
  readonly pid: number;
  readonly args: readonly string[];
}

/** Whether a process with this id runs. A process that has ended but that nobody has waited for counts as gone. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if (errorCode(error) !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/^\d+ \(.*\) [ZX]/s.test(stat);
}

/** The arguments of a running process, program first; undefined when it is gone or hidden. */
export async function findArguments(pid: number): Promise<readonly string[] | undefined> {
  if (process.platform !== 'linux') return (await listByPs()).find((entry) => entry.pid === pid)?.args;
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text === '' ? undefined : text.replace(/\0$/, '').split('\0');
}

/** What tells a process from a later one with the same number, over restarts of the machine too; undefined when it is gone. */
export async function findIdentity(pid: number): Promise<string | undefined> {
  if (!(await isRunning(pid))) return undefined;
  if (process.platform !== 'linux')
    return (await runProgram('ps', ['-o', 'lstart=', '-p', String(pid)])).trim();
  const [boot, stat] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
  ]);
  // The name in parentheses may hold spaces; the start time is the 20th field after it.
  const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return startedAt === undefined ? undefined : `${boot.trim()}/${startedAt}`;
}

/** Every process whose arguments can be read. */
export async function listProcesses(): Promise<readonly ProcessEntry[]> {
  if (process.platform !== 'linux') return listByPs();
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const entries = await Promise.all(pids.map(async (pid) => ({ pid, args: await findArguments(pid) })));
  return entries.flatMap(({ pid, args }) => (args === undefined ? [] : [{ pid, args }]));
}

/** Waits until the process is gone; false when it still runs after `timeoutMs`. */
export async function waitForEnd(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (await isRunning(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

/** `ps` joins the arguments with spaces; a path with spaces comes apart here, so compare joined texts. */
async function listByPs(): Promise<ProcessEntry[]> {
  const text = await runProgram('ps', ['-axo', 'pid=,command=']).catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined || command === undefined ? [] : [{ pid: Number(pid), args: command.split(' ') }];
  });
}
