import type { Config } from '../config/config.ts';
import { errorText } from '../config/error-code.ts';
import { openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import type { QueueName } from '../worker/run-workers.ts';
import { locateServers } from './locate-servers.ts';
import { openWorkers } from './open-workers.ts';
import { outliveOutput } from './outlive-output.ts';
import type { Progress } from './progress.ts';
import { requireDatabase } from './require-database.ts';
import { listenForShutdown } from './shutdown.ts';
import type { WorkerReport } from './worker-process.ts';

export interface WorkerRun {
  readonly config: Config;
  readonly queues: readonly QueueName[];
  readonly progress: Progress;
}

/**
 * A worker as a whole process: until a signal, or until the server that started it is gone. That one hears by a channel
 * when the worker polls, or why it does not.
 */
export async function runWorkerProcess({ config, queues, progress }: WorkerRun): Promise<void> {
  outliveOutput();
  using shutdown = listenForShutdown(() => process.exit(1));
  const isOwn = process.channel !== undefined;
  const orphaned = new Promise<void>((resolve) => {
    process.once('disconnect', () => resolve());
  });
  try {
    const places = await locateServers(config);
    await prepareSchema(places.databaseUrl);
    await using workers = await openWorkers({ config, queues, ...places });
    progress(`Working on ${queues.join(', ')} (Temporal at ${places.temporal.address}).`);
    report({ kind: 'ready' });
    await Promise.race([shutdown.requested, workers.done, ...(isOwn ? [orphaned] : [])]);
    progress('Stopping …');
  } catch (error) {
    report({ kind: 'failed', message: errorText(error) });
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

/** Whichever process of a release comes first brings the schema up; the others find nothing to do. */
async function prepareSchema(databaseUrl: string): Promise<void> {
  const database = openDatabase(databaseUrl, { maxConnections: 1 });
  try {
    await requireDatabase(database);
    await migrate(database);
  } finally {
    await database.close();
  }
}

const report = (message: WorkerReport): void => {
  if (process.connected) process.send?.(message);
};
