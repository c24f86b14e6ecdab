import type { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type NativeConnectionOptions } from '@temporalio/worker';
import { createInferenceActivities } from '../activities/infer.ts';
import type { Config } from '../config/config.ts';
import type { QueueLimits } from '../domain/queue-limits.ts';
import { openModels, type Models } from '../models/open-models.ts';
import { openDatabase, type Database } from '../store/database.ts';
import type { ToolOffers } from '../tools/tool-offers.ts';
import { addLiveEvents } from '../store/live-events.ts';
import { listLimits } from '../store/queue-limits.ts';
import { saveChanges } from '../store/save-changes.ts';
import type { CallBoard } from '../worker/call-board.ts';
import { ChangeSaver } from '../worker/change-saver.ts';
import { PreparedCalls } from '../worker/prepared-calls.ts';
import { runWorkers, type ProviderWork, type QueueName, type RunningWorkers } from '../worker/run-workers.ts';
import { inferenceQueue } from '../workflows/protocol.ts';
import { ClosingStack } from './closing-stack.ts';
import { createDataConverter } from './data-converter.ts';
import { openCallBoard } from './open-call-board.ts';
import { openCircuit } from './open-circuit.ts';
import { openProviderQueue } from './open-provider-queue.ts';
import { built } from './package-root.ts';
import { openToolOffers, openToolWork } from './open-tools.ts';
import { createSessionActivities } from './session-activities.ts';
import { providersToServe } from './providers-to-serve.ts';
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
  const { config } = options;
  const database = openDatabase(options.databaseUrl);
  stack.defer(() => database.close());
  const dataConverter = createDataConverter(database);
  const { client } = stack.use(await openTemporalClient(options.temporal, dataConverter));
  const native = await connectNative(options.temporal);
  stack.defer(() => native.close());
  const changes = new ChangeSaver((change) => saveChanges(database, change));
  stack.defer(() => changes.flush());
  const prepared = new PreparedCalls();
  const board = openCallBoard(database);
  stack.defer(() => board.close());
  const workers: RunningWorkers = await runWorkers({
    connection: native,
    namespace: options.temporal.namespace,
    dataConverter,
    queues: options.queues,
    workflowBundlePath: built.workflowBundle,
    sessionActivities: createSessionActivities({
      client,
      namespace: options.temporal.namespace,
      database,
      changes,
    }),
    inference: options.queues.includes('inference')
      ? await openProviders(options, { client, database, prepared, board, stack })
      : [],
    tools: options.queues.includes('tools') ? await openToolWork(config.tools, database, stack) : undefined,
    listener: {
      changed: (change) => changes.put(change),
      callPrepared: (call) => prepared.put(call),
      callQueued: (call) => board.queued(call),
      callEnded: (id) => board.forget(id),
    },
  });
  stack.defer(() => workers.stop());
  const open = stack.move();
  return { done: workers.done, [Symbol.asyncDispose]: () => open[Symbol.asyncDispose]() };
}

/**
 * The SDK's runtime keeps its process alive from the moment it is installed until the last connection is closed, so that
 * comes after everything else that may fail. Warnings of the SDK go to stderr; signals are ours.
 */
async function connectNative(place: TemporalPlace): Promise<NativeConnection> {
  const options = (await connectOptions(place)) as NativeConnectionOptions;
  Runtime.install({
    logger: new DefaultLogger('WARN'),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
    shutdownSignals: [],
  });
  return NativeConnection.connect(options);
}

interface InferenceNeeds {
  readonly client: Client;
  readonly database: Database;
  readonly prepared: PreparedCalls;
  readonly board: CallBoard;
  /** Closes what is opened. */
  readonly stack: ClosingStack;
}

/** The calls of every provider, each within its own limits. */
async function openProviders(options: OpeningWorkers, needs: InferenceNeeds): Promise<ProviderWork[]> {
  const { config } = options;
  const models = openModels(config.models);
  const offers = openToolOffers(config.tools, needs.database);
  const work: ProviderWork[] = [];
  const served = await listLimits(needs.database);
  for (const [provider, limits] of providersToServe(config.models, served))
    work.push(await openProvider({ ...options, ...needs, models, offers, provider, limits }));
  return work;
}

interface OpeningProvider extends OpeningWorkers, InferenceNeeds {
  readonly models: Models;
  readonly offers: ToolOffers;
  readonly provider: string;
  readonly limits: QueueLimits;
}

async function openProvider(options: OpeningProvider): Promise<ProviderWork> {
  const { client, database, prepared, board, models, offers, provider, limits, stack } = options;
  const { namespace } = options.temporal;
  const queue = stack.use(await openProviderQueue({ database, client, namespace, provider, limits }));
  const activities = createInferenceActivities({
    client,
    models,
    takePrepared: (session, call) => prepared.take(session, call),
    addLiveEvents: (events) => addLiveEvents(database, events),
    tokens: queue.tokens,
    reports: board,
    offers,
    toolLimits: options.config.tools,
    circuit: openCircuit(database, provider),
  });
  return { taskQueue: inferenceQueue(provider), activities, slots: queue.slots };
}
