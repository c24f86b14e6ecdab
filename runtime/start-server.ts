import type { PartHealth } from '../api/health-report.ts';
import type { Engine } from '../engine/engine.ts';
import { ensureMainSession } from '../engine/sessions/ensure-main-session.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { checkHealth } from './check-health.ts';
import { ClosingStack } from './closing-stack.ts';
import { completeRestore } from './complete-restore.ts';
import { openHome } from './home/open-home.ts';
import { logFile } from './home/prepare-home.ts';
import { openServerLog } from './home/server-log.ts';
import { openEngine } from './open-engine.ts';
import { keepRunning, openServers, type OpeningOptions, type Servers } from './open-servers.ts';
import { atriumVersion } from './package-root.ts';
import { prepareDatabase } from './prepare-database.ts';
import { serveApi } from './serve-api.ts';
import { openWorkerProcess } from './worker-process.ts';

export type StartOptions = Omit<OpeningOptions, 'stack'>;

export interface StartedServer extends AsyncDisposable {
  readonly engine: Engine;
  /** Where this machine reaches the API, without a slash at the end. */
  readonly url: string;
}

/**
 * Brings everything up, each part in a step that can be taken back: home, servers, schema, worker, API, main session.
 * When a step fails, or the start is called off, all that was opened before is closed.
 */
export async function startServer(start: StartOptions): Promise<StartedServer> {
  await using stack = new ClosingStack();
  const options: OpeningOptions = { ...start, stack };
  const { config, closing } = options;
  const { lock, token } = await openHome(config, stack);
  const servers = await openServers(options);
  closing.throwIfAborted();
  const place = { databaseUrl: servers.databaseUrl, temporalAddress: servers.temporal.address };
  const database = await openPreparedDatabase(options, servers);
  // From here on the worker finds its servers by the home's note.
  await lock.announce(place);
  const { engine, worker } = await openEngineAndWorker(options, servers, database);
  closing.throwIfAborted();
  await completeRestore(engine, options);
  await ensureMainSession(engine);
  const api = await serveApi({
    engine,
    token,
    server: config.server,
    health: () => checkHealth(engine, { worker, home: config.home }),
    version: atriumVersion(),
    log: stack.use(openServerLog(config.home)),
  });
  stack.use(api);
  await lock.announce({ ...place, url: api.url });
  const open = stack.move();
  return { engine, url: api.url, [Symbol.asyncDispose]: () => open[Symbol.asyncDispose]() };
}

async function openPreparedDatabase(options: OpeningOptions, servers: Servers): Promise<Database> {
  const database = openDatabase(servers.databaseUrl);
  options.stack.defer(() => database.close());
  await prepareDatabase(database, { ...options, servers });
  options.closing.throwIfAborted();
  return database;
}

interface EngineAndWorker {
  readonly engine: Engine;
  readonly worker: () => PartHealth;
}

/** Both at once: the worker takes a second or two to come up. */
async function openEngineAndWorker(
  options: OpeningOptions,
  servers: Servers,
  database: Database,
): Promise<EngineAndWorker> {
  options.progress('Starting the worker and the API …');
  const [engine, worker] = await Promise.allSettled([
    openEngine(options.config, servers.temporal, database),
    openWorker(options),
  ]);
  if (engine.status === 'rejected') throw engine.reason;
  options.stack.use(engine.value);
  if (worker.status === 'rejected') throw worker.reason;
  return { engine: engine.value.engine, worker: worker.value };
}

/** Returns how the worker is. */
async function openWorker(options: OpeningOptions): Promise<() => PartHealth> {
  const { home } = options.config;
  const open = () => openWorkerProcess({ home, logFile: logFile(home, 'worker') });
  const worker = keepRunning('The worker', await open(), { ...options, reopen: open });
  return () =>
    worker.isRunning() ? { state: 'ok' } : { state: 'starting', detail: 'The worker is started again.' };
}
