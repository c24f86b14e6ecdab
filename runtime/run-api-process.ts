import type { Config } from '../config/config.ts';
import { ensureMainSession } from '../engine/sessions/ensure-main-session.ts';
import { openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { checkHealth } from './check-health.ts';
import { prepareHome } from './home/prepare-home.ts';
import { prepareToken } from './home/prepare-token.ts';
import { openServerLog } from './home/server-log.ts';
import { locateServers } from './locate-servers.ts';
import { ClosingStack } from './closing-stack.ts';
import { openEngine } from './open-engine.ts';
import { outliveOutput } from './outlive-output.ts';
import { atriumVersion } from './package-root.ts';
import type { Progress } from './progress.ts';
import { requireDatabase } from './require-database.ts';
import { serveApi } from './serve-api.ts';
import { listenForShutdown } from './shutdown.ts';

export interface ApiRun {
  readonly config: Config;
  readonly progress: Progress;
}

/** The API as a whole process, until a signal. Throws AtriumError when a part that it needs is missing. */
export async function runApiProcess({ config, progress }: ApiRun): Promise<void> {
  outliveOutput();
  using shutdown = listenForShutdown(() => process.exit(1));
  await using stack = new ClosingStack();
  const { databaseUrl, temporal } = await locateServers(config);
  await prepareHome(config.home);
  const token = await prepareToken(config);
  const database = openDatabase(databaseUrl);
  stack.defer(() => database.close());
  await requireDatabase(database);
  await migrate(database);
  const { engine } = stack.use(await openEngine(config, temporal, database));
  await ensureMainSession(engine);
  const api = await serveApi({
    engine,
    token,
    server: config.server,
    health: () => checkHealth(engine),
    version: atriumVersion(),
    log: stack.use(openServerLog(config.home)),
  });
  stack.use(api);
  progress(`The API is at ${api.url} (Temporal at ${temporal.address}).`);
  await shutdown.requested;
  progress('Stopping …');
}
