import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { DataConverter } from '@temporalio/common';
import {
  taskQueues,
  type ErasureActivities,
  type InferenceActivities,
  type ProjectionActivities,
  type SessionSinks,
  type ToolActivities,
} from '../workflows/protocol.ts';
import { createSessionSinks } from './session-sinks.ts';
import type { SlotPool } from './slot-pool.ts';
import { createSlotGate, createSlotTuner } from './slot-supplier.ts';

/** What a worker process serves, by the name that `--queues` takes. */
export type QueueName = keyof typeof taskQueues;

/** The model calls of one provider. */
export interface ProviderWork {
  readonly taskQueue: string;
  readonly activities: InferenceActivities;
  /** Of the calls that this process runs at once. */
  readonly slots: SlotPool;
}

export interface WorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly dataConverter: DataConverter;
  readonly queues: readonly QueueName[];
  /** File made by `atrium`'s build: the workflows, without anything of Node. */
  readonly workflowBundlePath: string;
  readonly sessionActivities: ProjectionActivities & ErasureActivities;
  /** A worker each, when `queues` has `inference`. */
  readonly inference: readonly ProviderWork[];
  /** What `tools` does, when `queues` has it. */
  readonly tools?: ToolActivities | undefined;
  readonly listener: SessionSinks['session'];
}

export interface RunningWorkers {
  /** Settles when all have stopped; rejects when one fails for good. */
  readonly done: Promise<void>;
  /** Stops polling, lets what runs finish within the grace time. Safe to call twice. */
  stop(): Promise<void>;
}

/** Sessions kept in memory between their tasks, about 1 MB each; others are replayed when they wake. */
const cachedSessions = 200;

/** Starts a worker for each queue in this process and returns once all of them poll. */
export async function runWorkers(options: WorkersOptions): Promise<RunningWorkers> {
  const wanted = options.queues.flatMap((queue) => workerOptions[queue](options));
  const workers = await Promise.all(wanted.map((worker) => Worker.create(worker)));
  const done = Promise.all(workers.map((worker) => worker.run())).then(() => undefined);
  // The caller sees the failure through `done`; without this a failure before it looks would end the process.
  done.catch(() => undefined);
  const stop = async (): Promise<void> => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await done.catch(() => undefined);
  };
  return { done, stop };
}

const workerOptions: { readonly [Name in QueueName]: (options: WorkersOptions) => WorkerOptions[] } = {
  sessions: (options) => [sessionWorker(options)],
  inference: (options) => options.inference.map((work) => providerWorker(options, work)),
  tools: (options) => (options.tools === undefined ? [] : [toolWorker(options, options.tools)]),
};

const sessionWorker = (options: WorkersOptions): WorkerOptions => ({
  ...common(options),
  taskQueue: taskQueues.sessions,
  workflowBundle: { codePath: options.workflowBundlePath },
  activities: options.sessionActivities,
  sinks: createSessionSinks(options.listener),
  // A session whose worker died answers again after a second instead of ten.
  stickyQueueScheduleToStartTimeout: '1s',
  maxCachedWorkflows: cachedSessions,
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentActivityTaskExecutions: 20,
});

const providerWorker = (
  options: WorkersOptions,
  { taskQueue, activities, slots }: ProviderWork,
): WorkerOptions => ({
  ...common(options),
  taskQueue,
  activities,
  tuner: createSlotTuner(slots),
  interceptors: { activity: [createSlotGate(slots)] },
  // An interrupt reaches a running call with the answer to its next heartbeat.
  maxHeartbeatThrottleInterval: '200ms',
  defaultHeartbeatThrottleInterval: '200ms',
});

/** Calls of tools that a process makes at once: most of them wait for somebody else. */
const toolsAtOnce = 50;

const toolWorker = (options: WorkersOptions, activities: ToolActivities): WorkerOptions => ({
  ...common(options),
  taskQueue: taskQueues.tools,
  activities,
  maxConcurrentActivityTaskExecutions: toolsAtOnce,
  maxHeartbeatThrottleInterval: '200ms',
  defaultHeartbeatThrottleInterval: '200ms',
});

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
