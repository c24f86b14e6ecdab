import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { DataConverter } from '@temporalio/common';
import {
  taskQueues,
  type ErasureActivities,
  type InferenceActivities,
  type ProjectionActivities,
  type SessionSinks,
} from '../workflows/protocol.ts';
import { createSessionSinks } from './session-sinks.ts';
import type { SlotPool } from './slot-pool.ts';
import { createSlotGate, createSlotTuner } from './slot-supplier.ts';

/** What a worker process serves, by the name that `--queues` takes. */
export type QueueName = keyof typeof taskQueues;

export interface WorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly dataConverter: DataConverter;
  readonly queues: readonly QueueName[];
  /** File made by `atrium`'s build: the workflows, without anything of Node. */
  readonly workflowBundlePath: string;
  readonly sessionActivities: ProjectionActivities & ErasureActivities;
  readonly inferenceActivities: InferenceActivities;
  readonly listener: SessionSinks['session'];
  /** The slots of the model calls that this process runs at once. */
  readonly inferenceSlots: SlotPool;
  /** Sessions kept in memory between their tasks; others are replayed when they wake. */
  readonly cachedSessions?: number;
}

export interface RunningWorkers {
  /** Settles when all have stopped; rejects when one fails for good. */
  readonly done: Promise<void>;
  /** Stops polling, lets what runs finish within the grace time. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts a worker for each queue in this process and returns once all of them poll. */
export async function runWorkers(options: WorkersOptions): Promise<RunningWorkers> {
  const workers = await Promise.all(
    options.queues.map((queue) => Worker.create(workerOptions[queue](options))),
  );
  const done = Promise.all(workers.map((worker) => worker.run())).then(() => undefined);
  // The caller sees the failure through `done`; without this a failure before it looks would end the process.
  done.catch(() => undefined);
  const stop = async (): Promise<void> => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await done.catch(() => undefined);
  };
  return { done, stop };
}

const workerOptions: { readonly [Name in QueueName]: (options: WorkersOptions) => WorkerOptions } = {
  sessions: (options) => ({
    ...common(options),
    taskQueue: taskQueues.sessions,
    workflowBundle: { codePath: options.workflowBundlePath },
    activities: options.sessionActivities,
    sinks: createSessionSinks(options.listener),
    // A session whose worker died answers again after a second instead of ten.
    stickyQueueScheduleToStartTimeout: '1s',
    maxCachedWorkflows: options.cachedSessions ?? 300,
    maxConcurrentWorkflowTaskExecutions: 40,
    maxConcurrentActivityTaskExecutions: 20,
  }),
  inference: (options) => ({
    ...common(options),
    taskQueue: taskQueues.inference,
    activities: options.inferenceActivities,
    tuner: createSlotTuner(options.inferenceSlots),
    interceptors: { activity: [createSlotGate(options.inferenceSlots)] },
    // An interrupt reaches a running call with the answer to its next heartbeat.
    maxHeartbeatThrottleInterval: '200ms',
    defaultHeartbeatThrottleInterval: '200ms',
  }),
};

const common = (options: WorkersOptions) =>
  ({
    connection: options.connection,
    namespace: options.namespace,
    dataConverter: options.dataConverter,
    // In every event of every history, so short.
    identity: `w${process.pid}`,
    shutdownGraceTime: '5s',
    shutdownForceTime: '15s',
  }) satisfies Partial<WorkerOptions>;
