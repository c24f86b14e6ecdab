import { spawn } from 'node:child_process';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AtriumError } from '../../domain/atrium-error.ts';
import type { PostgresBinaries } from '../binaries/find-postgres.ts';
import { openAppendFile } from '../open-append-file.ts';
import { endProcess, isRunning } from '../process-table.ts';
import type { Progress } from '../progress.ts';
import { createCluster, createDatabase } from './create-cluster.ts';
import { findServerUser, type OsUser } from '../os-user.ts';
import { findPostgresFolder, preparePlaces } from './places.ts';
import {
  askDataFolder,
  judgeNote,
  readPostmasterNote,
  socketUrl,
  type PostmasterNote,
} from './postmaster.ts';
import { serverSettings } from './server-settings.ts';

export interface PostgresOptions {
  readonly binaries: PostgresBinaries;
  /** ATRIUM_HOME, absolute; it exists. */
  readonly home: string;
  /** Takes what the server prints. */
  readonly logFile: string;
  /** Settings of the server by name, over the usual ones; tests switch `fsync` off. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningPostgres {
  /** Of the database `atrium`, with its extensions. */
  readonly url: string;
  readonly pid: number;
  readonly dataFolder: string;
  /** True when it was left running by a start that was killed. */
  readonly isAdopted: boolean;
  /** The account it runs as, when that is not the caller's. */
  readonly user: OsUser | undefined;
  /** Ends it: open transactions are rolled back, everything committed is on disk. */
  stop(): Promise<void>;
}

const startTimeoutMs = 120_000;
const pollMs = 20;

/**
 * Starts the home's own PostgreSQL on a unix socket, or adopts the one that a killed start left. Makes cluster, database
 * and extensions on the first start. Throws AtriumError `postgres-failed`, `postgres-unreachable`, `postgres-other-major`.
 */
export async function openPostgres(options: PostgresOptions, progress: Progress): Promise<RunningPostgres> {
  const user = await serverUserOf(options.home);
  const places = await preparePlaces(options.home, user);
  const dataFolder = await createCluster(places.folder, options.binaries, user);
  const adopted = await adopt(dataFolder);
  if (adopted !== undefined) progress('PostgreSQL was left running by an earlier start; it goes on.');
  const note = adopted ?? (await start({ ...options, ...places, dataFolder, user }));
  await createDatabase(note.socketFolder);
  return {
    url: socketUrl(note.socketFolder, 'atrium'),
    pid: note.pid,
    dataFolder,
    isAdopted: adopted !== undefined,
    user,
    stop: () => endProcess(note.pid, stopSteps),
  };
}

/** First as a fast shutdown, then without a checkpoint, then by force. */
const stopSteps = [
  { signal: 'SIGINT', graceMs: 15_000 },
  { signal: 'SIGQUIT', graceMs: 5000 },
  { signal: 'SIGKILL', graceMs: 5000 },
] as const;

/** The account for a home's server: whoever owns its cluster already, else a fitting one of this machine. */
export async function serverUserOf(home: string): Promise<OsUser | undefined> {
  const folder = await findPostgresFolder(home);
  const facts = folder === undefined ? undefined : await stat(folder).catch(() => undefined);
  return findServerUser(facts?.uid);
}

/** A server of ours that still runs, once it answers. A note about a stranger's process would block every start: it is removed. */
async function adopt(dataFolder: string): Promise<PostmasterNote | undefined> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const note = await readPostmasterNote(dataFolder);
    if (note === undefined) return undefined;
    const owner = await judgeNote(note, dataFolder);
    const answer = owner === 'gone' ? undefined : await askDataFolder(note.socketFolder);
    if (answer !== undefined && 'dataFolder' in answer && answer.dataFolder === dataFolder) return note;
    if (owner === 'gone' || owner === 'stranger') {
      await rm(join(dataFolder, 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (owner === 'hidden') return undefined;
    if (Date.now() > deadline) throw failed('it runs already but does not answer', dataFolder);
    await sleep(pollMs * 5);
  }
}

interface StartPlan extends PostgresOptions {
  readonly dataFolder: string;
  readonly socketFolder: string;
  readonly user: OsUser | undefined;
}

/** Starts the server; tries again for some seconds while processes of a killed one end, or while another start is faster. */
async function start(plan: StartPlan): Promise<PostmasterNote> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const pid = await spawnServer(plan);
    if (await waitUntilReady(plan, pid)) return { pid, socketFolder: plan.socketFolder };
    const other = await adopt(plan.dataFolder);
    if (other !== undefined) return other;
    if (Date.now() > deadline)
      throw failed(`it ended at once; ${plan.logFile} has its own words`, plan.dataFolder);
    await sleep(500);
  }
}

async function spawnServer(plan: StartPlan): Promise<number> {
  const settings = {
    ...serverSettings(plan.home, plan.socketFolder, plan.binaries.version),
    ...plan.settings,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await using log = await openAppendFile(plan.logFile);
  const child = spawn(join(plan.binaries.binFolder, 'postgres'), ['-D', plan.dataFolder, ...args], {
    cwd: '/',
    stdio: ['ignore', log.fd, log.fd],
    ...(plan.user === undefined ? {} : { uid: plan.user.uid, gid: plan.user.gid }),
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      // The parent ends when it was told to, not when its children have.
      child.unref();
      resolve(child.pid ?? 0);
    });
  });
}

async function waitUntilReady(plan: StartPlan, pid: number): Promise<boolean> {
  const deadline = Date.now() + startTimeoutMs;
  while (await isRunning(pid)) {
    const isOwn = (await readPostmasterNote(plan.dataFolder))?.pid === pid;
    if (isOwn && 'dataFolder' in (await askDataFolder(plan.socketFolder))) return true;
    if (Date.now() > deadline) throw failed('it does not answer', plan.dataFolder);
    await sleep(pollMs);
  }
  return false;
}

const failed = (reason: string, dataFolder: string): AtriumError =>
  new AtriumError('unavailable', 'postgres-failed', `Cannot start PostgreSQL in ${dataFolder}: ${reason}.`);
