import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AtriumError } from '../../domain/atrium-error.ts';
import type { PostgresBinaries } from '../binaries/find-postgres.ts';
import { isRunning } from '../process-table.ts';
import type { Progress } from '../progress.ts';
import { endProcess, spawnServer, watchProcess, type ServerProcess } from '../server-process.ts';
import type { ProcessPart } from '../supervise.ts';
import { createCluster, createDatabase } from './create-cluster.ts';
import { findServerUser, type OsUser } from '../os-user.ts';
import { findPostgresFolder, preparePlaces } from './places.ts';
import { askDataFolder, judgeNote, readPostmasterNote, socketUrl } from './postmaster.ts';
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

export interface RunningPostgres extends ProcessPart {
  /** Of the database `atrium`, with its extensions. */
  readonly url: string;
  readonly dataFolder: string;
  /** True when it was left running by a start that was killed. */
  readonly isAdopted: boolean;
  /** The account it runs as, when that is not the caller's. */
  readonly user: OsUser | undefined;
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
  const server = adopted ?? (await start({ ...options, ...places, dataFolder, user }));
  await createDatabase(server.socketFolder);
  return {
    url: socketUrl(server.socketFolder, 'atrium'),
    pid: server.pid,
    ended: server.ended,
    dataFolder,
    isAdopted: adopted !== undefined,
    user,
    stop: () => endProcess(server.pid, stopSteps),
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
async function adopt(dataFolder: string): Promise<FoundServer | undefined> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const note = await readPostmasterNote(dataFolder);
    if (note === undefined) return undefined;
    const owner = await judgeNote(note, dataFolder);
    const answer = owner === 'gone' ? undefined : await askDataFolder(note.socketFolder);
    if (answer !== undefined && 'dataFolder' in answer && answer.dataFolder === dataFolder)
      return { ...watchProcess(note.pid), socketFolder: note.socketFolder };
    if (owner === 'gone' || owner === 'stranger') {
      await rm(join(dataFolder, 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (owner === 'hidden') return undefined;
    if (Date.now() > deadline) throw failed('it runs already but does not answer', dataFolder);
    await sleep(pollMs * 5);
  }
}

interface FoundServer extends ServerProcess {
  readonly socketFolder: string;
}

interface StartPlan extends PostgresOptions {
  readonly dataFolder: string;
  readonly socketFolder: string;
  readonly user: OsUser | undefined;
}

/** Starts the server; tries again for some seconds while processes of a killed one end, or while another start is faster. */
async function start(plan: StartPlan): Promise<FoundServer> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const server = await spawnPostgres(plan);
    if (await waitUntilReady(plan, server.pid)) return { ...server, socketFolder: plan.socketFolder };
    const other = await adopt(plan.dataFolder);
    if (other !== undefined) return other;
    if (Date.now() > deadline)
      throw failed(`it ended at once; ${plan.logFile} has its own words`, plan.dataFolder);
    await sleep(500);
  }
}

function spawnPostgres(plan: StartPlan): Promise<ServerProcess> {
  const usual = serverSettings(plan.home, plan.socketFolder, plan.binaries.version);
  const settings = Object.entries({ ...usual, ...plan.settings });
  const args = settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawnServer(join(plan.binaries.binFolder, 'postgres'), ['-D', plan.dataFolder, ...args], {
    logFile: plan.logFile,
    user: plan.user,
    cwd: '/',
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
