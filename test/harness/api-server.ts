/**
 * The whole server in one process, without its shell: the HTTP application over a database and a Temporal namespace of its
 * own, with the workers that production has. Only the model is scripted.
 */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { CallReports } from '../../activities/call-reports.ts';
import { createToolActivities } from '../../activities/call-tool.ts';
import { createApp } from '../../api/create-app.ts';
import type { SessionConfig } from '../../config/config.ts';
import { Secret } from '../../config/secret.ts';
import type { Engine } from '../../engine/engine.ts';
import { openLiveFeed } from '../../engine/following/live-feed.ts';
import { PostsUnderWay } from '../../engine/messages/posts-under-way.ts';
import type { Replayer } from '../../replay/replayer.ts';
import { openReplays } from '../../replay/replays.ts';
import { openCallBoard } from '../../runtime/open-call-board.ts';
import { createDataConverter } from '../../runtime/data-converter.ts';
import { createSessionActivities } from '../../runtime/session-activities.ts';
import type { Database } from '../../store/database.ts';
import { saveChanges } from '../../store/save-changes.ts';
import { saveToolSources } from '../../store/tool-sources.ts';
import type { Tool } from '../../tools/tool.ts';
import { openToolbox } from '../../tools/toolbox.ts';
import { ChangeSaver } from '../../worker/change-saver.ts';
import { runWorkers, type RunningWorkers } from '../../worker/run-workers.ts';
import { taskQueues, type InferenceActivities } from '../../workflows/protocol.ts';
import { createLocalSlots } from './local-slots.ts';
import { sharedServers } from './servers.ts';
import { openTestDatabase } from './store-database.ts';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  shutdownSignals: [],
});

export interface ApiServerOptions {
  /** Of the server's configuration; the rest is as without a file. */
  readonly session?: Partial<SessionConfig>;
  /** None but the offline model when absent. */
  readonly models?: Engine['models'];
  /** The model's part, given what it may need to show tokens. */
  readonly infer: (parts: {
    readonly client: Client;
    readonly database: Database;
    readonly reports: CallReports;
  }) => InferenceActivities;
  /** What models may ask for; without any nobody serves the queue of tools. */
  readonly tools?: readonly Tool[];
  /** Model calls at once; 20 when absent. */
  readonly slots?: number;
}

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly type: string | undefined;
}

export interface ApiServer extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly engine: Engine;
  readonly token: string;
  /** One call with the owner's token, in process; the body is JSON. */
  call<Body = Record<string, unknown>>(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<Answer<Body>>;
  /** Stops the workers: sessions keep what they are told and answer later. */
  stopWorkers(): Promise<void>;
  startWorkers(): Promise<void>;
}

/** Nobody listens; it is in the Host header of every request. */
const port = 4280;
const token = 'test-token-of-the-owner';

const usualSession: SessionConfig = {
  mainKey: 'home',
  resetPrompt: null,
  isolation: { enabled: true, defaultScope: 'per-channel' },
  idleArchiveAfterMs: null,
  archivedInbound: 'restore',
  maxWaiting: 100,
};

export async function openApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { temporalAddress: address } = sharedServers();
  const database = await openTestDatabase();
  const connection = await Connection.connect({ address });
  const namespace = await createNamespace(connection);
  const client = new Client({ connection, namespace, dataConverter: createDataConverter(database) });
  const live = await openLiveFeed(database);
  const engine: Engine = {
    temporal: client,
    namespace,
    database,
    session: { ...usualSession, ...options.session },
    language: 'en',
    models: options.models ?? { default: 'offline', providers: [], check: () => Promise.resolve([]) },
    usualTools: 'all',
    live,
    replayer: openLocalReplayer(client, database),
    posts: new PostsUnderWay(),
    now: () => Date.now(),
  };
  const app = await createApp({
    engine,
    token: new Secret(token),
    server: { host: '127.0.0.1', port, allowRemote: false, publicUrl: null },
    health: () => Promise.resolve({ ready: true, parts: {} }),
    version: '0.0.0',
    log: { write: () => undefined },
  });
  const startWorkers = () => openWorkers(engine, options);
  let workers: RunningWorkers | undefined = await startWorkers();
  const stopWorkers = async (): Promise<void> => {
    await workers?.stop();
    workers = undefined;
  };
  return {
    app,
    engine,
    token,
    call: (method, path, body) => call(app, { method, url: path, ...payloadOf(body) }),
    stopWorkers,
    startWorkers: async () => {
      workers ??= await startWorkers();
    },
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await stopWorkers();
      await engine.replayer[Symbol.asyncDispose]();
      await live[Symbol.asyncDispose]();
      await connection.close();
      await database.close();
    },
  };
}

const payloadOf = (body: unknown): Pick<InjectOptions, 'payload' | 'headers'> =>
  body === undefined
    ? {}
    : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } };

async function call<Body>(app: FastifyInstance, request: InjectOptions): Promise<Answer<Body>> {
  const headers = { ...request.headers, authorization: `Bearer ${token}`, host: `127.0.0.1:${port}` };
  const { statusCode, headers: answered, payload } = await app.inject({ ...request, headers });
  return {
    status: statusCode,
    body: (payload === '' ? {} : JSON.parse(payload)) as Body,
    type: answered['content-type']?.toString().split(';')[0],
  };
}

async function createNamespace(connection: Connection): Promise<string> {
  const namespace = `t-${randomUUID()}`;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1d'),
  });
  return namespace;
}

async function openWorkers(
  { temporal: client, namespace, database }: Engine,
  { infer, slots = 20, tools = [] }: ApiServerOptions,
): Promise<RunningWorkers> {
  const { temporalAddress: address, workflowBundlePath } = sharedServers();
  const native = await NativeConnection.connect({ address });
  const changes = new ChangeSaver((change) => saveChanges(database, change));
  const board = openCallBoard(database);
  const toolbox = openToolbox(tools, []);
  if (tools.length > 0) await saveToolSources(database, toolbox.list(), Date.now());
  const workers = await runWorkers({
    connection: native,
    namespace,
    dataConverter: createDataConverter(database),
    queues: tools.length === 0 ? ['sessions', 'inference'] : ['sessions', 'inference', 'tools'],
    tools: createToolActivities({ toolbox, usual: 'all', callMs: 60_000 }),
    workflowBundlePath,
    sessionActivities: createSessionActivities({ client, namespace, database, changes }),
    inference: [
      {
        taskQueue: taskQueues.inference,
        activities: infer({ client, database, reports: board }),
        slots: createLocalSlots(slots),
      },
    ],
    listener: {
      changed: (change) => changes.put(change),
      callPrepared: () => undefined,
      callQueued: (queued) => board.queued(queued),
      callEnded: (id) => board.forget(id),
    },
  });
  const stop = async (): Promise<void> => {
    await workers.stop();
    await changes.flush();
    await board.close();
    await native.close();
  };
  return { done: workers.done, stop };
}

/** In this process, where tests have TypeScript; that the server's has one of its own is tested beside it. */
function openLocalReplayer(client: Client, database: Database): Replayer {
  const { replayBundlePath } = sharedServers();
  return openReplays({ client, dataConverter: createDataConverter(database), replayBundlePath });
}
