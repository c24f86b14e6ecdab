import { randomUUID } from 'node:crypto';
import { msToTs } from '@temporalio/common/lib/time.js';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Runtime, DefaultLogger } from '@temporalio/worker';
import type { Message } from '../../domain/message.ts';
import { outcomesOf, type RowOutcome } from '../../domain/rows.ts';
import type { SessionCreate } from '../../domain/session-create.ts';
import { createErasureActivities } from '../../activities/erase.ts';
import type { HeldRevision } from '../../store/save-changes.ts';
import { createProjectionActivities } from '../../activities/project.ts';
import { runWorkers, type WorkersOptions } from '../../worker/run-workers.ts';
import type { SlotPool } from '../../worker/slot-pool.ts';
import {
  sessionQueries,
  sessionWorkflowId,
  taskQueues,
  workflowTypes,
  type FactsAnswer,
  type InferenceActivities,
  type SessionChanges,
  type SessionSignalName,
  type SessionSignals,
  type ToolActivities,
} from '../../workflows/protocol.ts';
import { createLocalSlots } from './local-slots.ts';
import { sharedServers } from './servers.ts';
import { buildCreate } from './session-driver.ts';
import { until } from './until.ts';

/** A Temporal namespace of its own with the real session workflow, a scripted model and a database in memory. */
export interface SessionServer {
  readonly client: Client;
  readonly namespace: string;
  /** What the projection activity and the change notices wrote, in order. */
  readonly saved: readonly SessionChanges[];
  readonly erased: readonly string[];
  start(create?: Partial<SessionCreate>): Promise<TestSession>;
  stop(): Promise<void>;
}

export interface TestSession {
  readonly key: string;
  readonly handle: WorkflowHandle;
  signal<Name extends SessionSignalName>(name: Name, payload: SessionSignals[Name]): Promise<void>;
  post(id: string, payload?: Partial<SessionSignals['post']>): Promise<void>;
  facts(): Promise<FactsAnswer>;
  changes(): Promise<SessionChanges>;
  /** The outcome of a message, waited for. */
  outcome(id: string): Promise<RowOutcome>;
}

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  shutdownSignals: [],
});

/** Each further pool of slots is one more worker for model calls. Without `tools` nobody serves their queue. */
export async function openSessionServer(
  infer: InferenceActivities['infer'],
  pools: readonly SlotPool[] = [createLocalSlots(20)],
  tools?: ToolActivities,
): Promise<SessionServer> {
  const { temporalAddress: address, workflowBundlePath } = sharedServers();
  const namespace = `t-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  // A connection may have one worker a queue.
  const natives = await Promise.all(pools.map(() => NativeConnection.connect({ address })));
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1d'),
  });
  const client = new Client({ connection, namespace });
  const saved: SessionChanges[] = [];
  const erased: string[] = [];
  const confirmRevision = (key: string, state: HeldRevision) => {
    const held = saved.findLast((changes) => changes.facts.key === key);
    const isHeld = (held?.revision ?? 0) >= state.revision && (held?.facts.updatedAt ?? 0) >= state.updatedAt;
    return Promise.resolve(isHeld);
  };
  const common: Omit<WorkersOptions, 'connection' | 'inference' | 'queues'> = {
    namespace,
    dataConverter: {},
    workflowBundlePath,
    sessionActivities: {
      ...createProjectionActivities({
        client,
        confirmRevision,
        settle: () => Promise.resolve(),
        saveChanges: (changes) => Promise.resolve(void saved.push(changes)),
      }),
      ...createErasureActivities({
        client,
        namespace,
        ensureReceipt: () => Promise.resolve(),
        eraseSessionRows: (key) => Promise.resolve(void erased.push(key)),
        confirmReceipt: () => Promise.resolve(),
      }),
    },
    listener: {
      changed: (changes) => void saved.push(changes),
      callPrepared: () => undefined,
      callQueued: () => undefined,
      callEnded: () => undefined,
    },
  };
  const workers = await Promise.all(
    pools.map((slots, index) =>
      runWorkers({
        ...common,
        connection: natives[index]!,
        queues: index === 0 ? ['sessions', 'inference', 'tools'] : ['inference'],
        tools,
        inference: [{ taskQueue: taskQueues.inference, activities: { infer }, slots }],
      }),
    ),
  );
  return {
    client,
    namespace,
    saved,
    erased,
    start: (create = {}) => startSession(client, saved, buildCreate({ at: Date.now(), ...create })),
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await Promise.all(natives.map((native) => native.close()));
      await connection.close();
    },
  };
}

async function startSession(
  client: Client,
  saved: readonly SessionChanges[],
  create: SessionCreate,
): Promise<TestSession> {
  const key = `s-${randomUUID().slice(0, 12)}`;
  await client.workflow.start(workflowTypes.session, {
    workflowId: sessionWorkflowId(key),
    taskQueue: taskQueues.sessions,
    workflowTaskTimeout: '5s',
    args: [{ key, create, confirmsInTask: true }],
  });
  const handle = client.workflow.getHandle(sessionWorkflowId(key));
  return {
    key,
    handle,
    signal: (name, payload) => handle.signal(name, payload),
    post: (id, payload = {}) =>
      handle.signal('post', { id, text: `text of ${id}`, at: Date.now(), ...payload }),
    facts: () => handle.query<FactsAnswer>(sessionQueries.facts),
    changes: () => handle.query<SessionChanges, [object]>(sessionQueries.changes, { fromRevision: 0 }),
    outcome: (id) =>
      until(() => savedOutcomes(saved, key).find((outcome) => outcome.messageIds.includes(id)), {
        what: `the outcome of ${id}`,
      }),
  };
}

/** Every outcome that the session has shown so far, each once. */
export function savedOutcomes(saved: readonly SessionChanges[], key: string): readonly RowOutcome[] {
  const rows = new Map<string, Message>();
  for (const { facts, messages } of saved)
    if (facts.key === key) for (const row of messages) rows.set(row.id, row);
  return outcomesOf([...rows.values()]);
}
