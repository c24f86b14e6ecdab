import type { Config } from '../config/config.ts';
import { errorText } from '../config/error-code.ts';
import { findPostgres, type PostgresBinaries } from './binaries/find-postgres.ts';
import { findTemporal } from './binaries/find-temporal.ts';
import type { ClosingStack } from './closing-stack.ts';
import { logFile } from './home/prepare-home.ts';
import { openPostgres, serverUserOf } from './postgres/open-postgres.ts';
import type { Progress } from './progress.ts';
import { supervise, type ProcessPart, type SupervisedPart } from './supervise.ts';
import { openTemporal } from './temporal/open-temporal.ts';
import { embeddedPlace, placeOfConfig, type TemporalPlace } from './temporal/temporal-client.ts';

/** Where the database and Temporal are, whoever runs them. */
export interface Servers {
  readonly databaseUrl: string;
  readonly temporal: TemporalPlace;
  /** Of the embedded PostgreSQL; undefined when DATABASE_URL names another. */
  readonly postgresBinaries: PostgresBinaries | undefined;
  /** Of the embedded server; undefined when TEMPORAL_ADDRESS names another. */
  readonly temporalVersion: string | undefined;
}

export interface OpeningOptions {
  readonly config: Config;
  /** Takes what has been opened, as soon as it is. */
  readonly stack: ClosingStack;
  /** Takes each process that is started, for whoever has to end them at once. */
  readonly parts: SupervisedPart<ProcessPart>[];
  /** Aborted once the server is told to stop. */
  readonly closing: AbortSignal;
  readonly progress: Progress;
}

/** Opens what nobody else runs, both at once, and keeps it running. */
export async function openServers(options: OpeningOptions): Promise<Servers> {
  // All are waited for: one that opens after the other has failed must be closed too.
  const [postgres, temporal] = await Promise.allSettled([
    openDatabaseServer(options),
    openTemporalServer(options),
  ]);
  if (postgres.status === 'rejected') throw postgres.reason;
  if (temporal.status === 'rejected') throw temporal.reason;
  return { ...postgres.value, ...temporal.value };
}

type DatabaseServer = Pick<Servers, 'databaseUrl' | 'postgresBinaries'>;

async function openDatabaseServer(options: OpeningOptions): Promise<DatabaseServer> {
  const { config, progress } = options;
  if (config.databaseUrl !== null)
    return { databaseUrl: config.databaseUrl.reveal(), postgresBinaries: undefined };
  const { home, programs } = config;
  const binaries = await findPostgres({ ...programs, user: await serverUserOf(home) }, progress);
  progress(`Starting PostgreSQL ${binaries.version} with pgvector ${binaries.vectorVersion} …`);
  const open = () => openPostgres({ binaries, home, logFile: logFile(home, 'postgres') }, progress);
  const postgres = keepRunning('PostgreSQL', await open(), { ...options, reopen: open });
  return { databaseUrl: postgres.current().url, postgresBinaries: binaries };
}

type TemporalServer = Pick<Servers, 'temporal' | 'temporalVersion'>;

async function openTemporalServer(options: OpeningOptions): Promise<TemporalServer> {
  const { config, progress } = options;
  const { address } = config.temporal;
  if (address !== null)
    return { temporal: placeOfConfig(config.temporal, address), temporalVersion: undefined };
  const named = config.temporal.cli ?? undefined;
  const cli = await findTemporal({ ...config.programs, named }, progress);
  progress(`Starting Temporal ${cli.serverVersion} …`);
  const { home } = config;
  const open = (port?: number) =>
    openTemporal({ cli, home, port, logFile: logFile(home, 'temporal') }, progress);
  const temporal = keepRunning('Temporal', await open(), { ...options, reopen: ({ port }) => open(port) });
  const { address: own, version } = temporal.current();
  return { temporal: embeddedPlace(own), temporalVersion: version };
}

interface KeepingOptions<Part> extends OpeningOptions {
  /** Starts the part anew where it was, so that its clients find it again. */
  readonly reopen: (previous: Part) => Promise<Part>;
}

/** Supervises a part, says what happens to it, and ends it when the stack is closed. */
export function keepRunning<Part extends ProcessPart>(
  name: string,
  part: Part,
  { stack, parts, closing, progress, reopen }: KeepingOptions<Part>,
): SupervisedPart<Part> {
  const supervised = supervise(part, {
    closing,
    reopen,
    report(event, error) {
      if (event === 'ended') progress(`${name} has ended unexpectedly and is started again …`);
      if (event === 'restarted') progress(`${name} runs again.`);
      if (event === 'failed') progress(`${name} could not be started: ${errorText(error)}`);
    },
  });
  stack.defer(() => supervised.stop());
  parts.push(supervised);
  return supervised;
}
