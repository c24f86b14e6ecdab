import type { Client } from '@temporalio/client';
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import { createErasureActivities } from '../activities/erase.ts';
import { createInferenceActivities } from '../activities/infer.ts';
import { createProjectionActivities } from '../activities/project.ts';
import type { Config } from '../config/config.ts';
import { openModels } from '../models/open-models.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { eraseSession } from '../store/erase-session.ts';
import { addLiveEvents } from '../store/live-events.ts';
import { confirmReceipt, createReceipt, findOpenReceipt } from '../store/receipts.ts';
import { findRevision, saveChanges } from '../store/save-changes.ts';
import { ChangeSaver } from '../worker/change-saver.ts';
import { PreparedCalls } from '../worker/prepared-calls.ts';
import { runWorkers, type QueueName, type RunningWorkers } from '../worker/run-workers.ts';
import type { ErasureActivities, InferenceActivities, ProjectionActivities } from '../workflows/protocol.ts';
import { ClosingStack } from './closing-stack.ts';
import { createDataConverter } from './data-converter.ts';
import { openSlots } from './open-slots.ts';
import { built } from './package-root.ts';
import { connectOptions, openTemporalClient, type TemporalPlace } from './temporal/temporal-client.ts';

export interface OpeningWorkers {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly temporal: TemporalPlace;
  readonly queues: readonly QueueName[];
}

export interface OpenWorkers extends AsyncDisposable {
  /** Settles when the workers have stopped; rejects when one fails for good. */
  readonly done: Promise<void>;
}

/** Opens everything that workers need and the workers of these queues. Returns once they poll. */
export async function openWorkers(options: OpeningWorkers): Promise<OpenWorkers> {
  await using stack = new ClosingStack();
  const database = openDatabase(options.databaseUrl);
  stack.defer(() => database.close());
  const dataConverter = createDataConverter(database);
  const { client } = stack.use(await openTemporalClient(options.temporal, dataConverter));
  const native = await NativeConnection.connect(await nativeOptions(options.temporal));
  stack.defer(() => native.close());
  const changes = new ChangeSaver((change) => saveChanges(database, change));
  stack.defer(() => changes.flush());
  const prepared = new PreparedCalls();
  const slots = stack.use(await openSlots(database, 'default', options.config.models.limits));
  const workers: RunningWorkers = await runWorkers({
    connection: native,
    namespace: options.temporal.namespace,
    dataConverter,
    queues: options.queues,
    workflowBundlePath: built.workflowBundle,
    sessionActivities: sessionActivities(client, database, options.temporal.namespace),
    inferenceActivities: inferenceActivities(options.config, { client, database, prepared }),
    listener: { changed: (change) => changes.put(change), callPrepared: (call) => prepared.put(call) },
    inferenceSlots: slots.pool,
  });
  stack.defer(() => workers.stop());
  const open = stack.move();
  return { done: workers.done, [Symbol.asyncDispose]: () => open[Symbol.asyncDispose]() };
}

const nativeOptions = async (place: TemporalPlace): Promise<NativeConnectionOptions> =>
  (await connectOptions(place)) as NativeConnectionOptions;

function sessionActivities(
  client: Client,
  database: Database,
  namespace: string,
): ProjectionActivities & ErasureActivities {
  return {
    ...createProjectionActivities({
      client,
      findRevision: (key) => findRevision(database, key),
      saveChanges: (changes) => saveChanges(database, changes),
    }),
    ...createErasureActivities({
      client,
      namespace,
      ensureReceipt: async ({ key, receiptId: id, reason }) => {
        await createReceipt(database, { id, sessionKey: key, reason, requestedAt: Date.now() });
      },
      eraseSessionRows: (key) => eraseSession(database, key),
      confirmReceipt: async ({ key, receiptId }) => {
        // Whoever asked first has the receipt.
        const open = await findOpenReceipt(database, key);
        await confirmReceipt(database, open?.id ?? receiptId, Date.now());
      },
    }),
  };
}

interface InferenceNeeds {
  readonly client: Client;
  readonly database: Database;
  readonly prepared: PreparedCalls;
}

const inferenceActivities = (
  config: Config,
  { client, database, prepared }: InferenceNeeds,
): InferenceActivities =>
  createInferenceActivities({
    client,
    models: openModels(config.models),
    takePrepared: (session, call) => prepared.take(session, call),
    addLiveEvents: (events) => addLiveEvents(database, events),
  });
