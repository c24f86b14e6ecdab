import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { AtriumError } from '../../domain/atrium-error.ts';
import type { TemporalCli } from '../binaries/find-temporal.ts';
import { findFreePort } from '../free-port.ts';
import { isRunning } from '../process-table.ts';
import type { Progress } from '../progress.ts';
import { endProcess, spawnServer, watchProcess } from '../server-process.ts';
import type { ProcessPart } from '../supervise.ts';
import { findLeftOverServer, type LeftOverServer } from './left-over-server.ts';
import { extendRetention, requireRecentServer } from './namespace.ts';
import { serverArguments } from './server-arguments.ts';

export interface TemporalOptions {
  readonly cli: TemporalCli;
  /** ATRIUM_HOME, absolute; it exists. */
  readonly home: string;
  /** Takes what the server prints. */
  readonly logFile: string;
  /** Where the server listened before, when it is started again for clients that know that address. */
  readonly port?: number | undefined;
}

export interface RunningTemporal extends ProcessPart {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly port: number;
  readonly version: string;
  /** True when it was left running by a start that was killed. */
  readonly isAdopted: boolean;
}

const startTimeoutMs = 90_000;
/** How long a server that is there already may take to answer before it is ended and started anew. */
const adoptTimeoutMs = 15_000;
const pollMs = 50;

export const temporalFile = (home: string): string => join(home, 'temporal', 'temporal.db');

/**
 * Starts the home's own Temporal server on its file, or adopts the one that a killed start left. Throws AtriumError
 * `temporal-failed` or `temporal-too-old`.
 */
export async function openTemporal(options: TemporalOptions, progress: Progress): Promise<RunningTemporal> {
  const databaseFile = temporalFile(options.home);
  await mkdir(join(options.home, 'temporal'), { recursive: true, mode: 0o700 });
  const adopted = await adopt(databaseFile, progress);
  return adopted ?? (await start(options, databaseFile));
}

async function adopt(databaseFile: string, progress: Progress): Promise<RunningTemporal | undefined> {
  const found = await findLeftOverServer(databaseFile);
  if (found === undefined) return undefined;
  const version = await waitUntilReady(found, adoptTimeoutMs);
  if (version !== undefined) {
    progress('Temporal was left running by an earlier start; it goes on.');
    return describe({ ...watchProcess(found.pid), port: found.port, version, isAdopted: true });
  }
  await endProcess(found.pid, stopSteps);
  return undefined;
}

async function start(options: TemporalOptions, databaseFile: string): Promise<RunningTemporal> {
  // A port found free may be taken a moment later: then another one.
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const port = options.port ?? (await findFreePort());
    const args = serverArguments({ databaseFile, port });
    const server = await spawnServer(options.cli.path, args, { logFile: options.logFile });
    const version = await waitUntilReady({ pid: server.pid, port }, startTimeoutMs);
    if (version !== undefined) return describe({ ...server, port, version, isAdopted: false });
    await endProcess(server.pid, stopSteps);
  }
  throw new AtriumError(
    'unavailable',
    'temporal-failed',
    `Cannot start Temporal on ${databaseFile}: it ended or did not answer. Its own words are in ${options.logFile}.`,
  );
}

const describe = (server: Omit<RunningTemporal, 'address' | 'stop'>): RunningTemporal => ({
  ...server,
  address: `127.0.0.1:${server.port}`,
  stop: () => endProcess(server.pid, stopSteps),
});

const stopSteps = [
  { signal: 'SIGTERM', graceMs: 10_000 },
  { signal: 'SIGKILL', graceMs: 5000 },
] as const;

/** The server's version once it serves its namespace; undefined when it ended or time is up. */
async function waitUntilReady({ pid, port }: LeftOverServer, timeoutMs: number): Promise<string | undefined> {
  const deadline = Date.now() + timeoutMs;
  while (await isRunning(pid)) {
    const version = await askVersion(`127.0.0.1:${port}`);
    if (version !== undefined) return version;
    if (Date.now() > deadline) return undefined;
    await sleep(pollMs);
  }
  return undefined;
}

async function askVersion(address: string): Promise<string | undefined> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: '2s' });
    await extendRetention(connection, 'default');
    return await requireRecentServer(connection, address);
  } catch (error) {
    if (error instanceof AtriumError) throw error;
    return undefined;
  } finally {
    await connection?.close();
  }
}
