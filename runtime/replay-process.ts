/** The program of the process that replays, which the server starts when somebody first asks for a replay. */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { openReplays, type OpenReplays } from '../replay/replays.ts';
import { serveReplays } from '../replay/serve-replays.ts';
import { openDatabase } from '../store/database.ts';
import { ClosingStack } from './closing-stack.ts';
import { createDataConverter } from './data-converter.ts';
import { built } from './package-root.ts';
import { openTemporalClient, type TemporalPlace } from './temporal/temporal-client.ts';

/** What the server hands over. */
export interface ReplaySettings {
  readonly temporal: TemporalPlace;
  readonly databaseUrl: string;
}

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  shutdownSignals: [],
});

// The settings are those that `openEngine` gives.
serveReplays((settings) => openWithServers(settings as ReplaySettings));

async function openWithServers({ temporal, databaseUrl }: ReplaySettings): Promise<OpenReplays> {
  await using stack = new ClosingStack();
  const database = openDatabase(databaseUrl, { maxConnections: 2 });
  stack.defer(() => database.close());
  const dataConverter = createDataConverter(database);
  const { client } = stack.use(await openTemporalClient(temporal, dataConverter));
  const replays = stack.use(openReplays({ client, dataConverter, replayBundlePath: built.replayBundle }));
  const open = stack.move();
  return {
    ...replays,
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}
