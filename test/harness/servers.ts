/**
 * What one test run shares: a PostgreSQL without fsync, a Temporal dev server, and the workflow bundles. Tests find it by
 * `sharedServers()`; each isolates itself by a database of its own, and by session keys of its own.
 */
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../config/environment.ts';
import { findPostgres } from '../../runtime/binaries/find-postgres.ts';
import { findTemporal } from '../../runtime/binaries/find-temporal.ts';
import { findServerUser } from '../../runtime/os-user.ts';
import { openPostgres, type RunningPostgres } from '../../runtime/postgres/open-postgres.ts';
import { isRunning, listProcesses } from '../../runtime/process-table.ts';
import { endProcess } from '../../runtime/server-process.ts';
import { openTemporal, type RunningTemporal } from '../../runtime/temporal/open-temporal.ts';
import { bundleWorkflows, type WorkflowBundles } from './workflow-bundles.ts';

export interface SharedServers extends WorkflowBundles {
  /** A database with the extensions and without tables; tests make their own beside it. */
  readonly databaseUrl: string;
  readonly temporalAddress: string;
}

export interface OpenServers extends SharedServers {
  stop(): Promise<void>;
}

const variable = 'ATRIUM_TEST_SERVERS';

/** The servers of this run. Throws when the test is not in a project that starts them. */
export function sharedServers(): SharedServers {
  const text = process.env[variable];
  if (text === undefined) throw new Error('This test needs servers: see the projects in jest.config.mjs.');
  // Written by the function below, in this very run.
  return JSON.parse(text) as SharedServers;
}

/** Starts the servers, and lets the test processes that are started afterwards know. */
export async function openSharedServers(root: string): Promise<OpenServers> {
  await endAbandonedServers();
  const home = await makeTestHome();
  const [[postgres, temporal], bundles] = await Promise.all([openBoth(home), bundleWorkflows(root)]);
  const servers = { databaseUrl: postgres.url, temporalAddress: temporal.address, ...bundles };
  process.env[variable] = JSON.stringify(servers);
  const stop = async (): Promise<void> => {
    await Promise.all([postgres.stop(), temporal.stop()]);
    await rm(home, { recursive: true, force: true });
  };
  return { ...servers, stop };
}

async function openBoth(home: string): Promise<[RunningPostgres, RunningTemporal]> {
  const { searchPath, cacheFolder, temporalCli } = readEnvironment(process.env);
  const user = await findServerUser();
  const binaries = await findPostgres({ searchPath, cacheFolder, user }, say);
  const cli = await findTemporal({ searchPath, cacheFolder, named: temporalCli }, say);
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '200',
  };
  return Promise.all([
    openPostgres({ binaries, home, settings, logFile: join(home, 'logs/postgres.log') }, say),
    openTemporal({ cli, home, logFile: join(home, 'logs/temporal.log') }, say),
  ]);
}

const say = (line: string): void => console.log(line);

const homePrefix = 'atrium-test-';

/** A home that names the process it belongs to, so that a later run can tell when nobody needs it any more. */
export async function makeTestHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), `${homePrefix}${process.pid}-`));
  // Under root PostgreSQL runs as another user, which has to get in.
  await chmod(home, 0o755);
  return home;
}

/** A run that was killed leaves servers behind: they are ended, and their homes removed. */
async function endAbandonedServers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = new RegExp(`^${homePrefix}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || (await isRunning(Number(owner)))) continue;
    const home = join(tmpdir(), name);
    for (const { pid, args } of await listProcesses())
      if (args.join(' ').includes(`${home}/`)) await endProcess(pid, [{ signal: 'SIGKILL', graceMs: 5000 }]);
    await rm(home, { recursive: true, force: true });
  }
}
