import proto from '@temporalio/proto';
import type { HealthReport, PartHealth } from '../api/health-report.ts';
import { errorText } from '../config/error-code.ts';
import type { Engine } from '../engine/engine.ts';
import { findRevision } from '../store/save-changes.ts';
import { checkRoom } from './free-space.ts';
import { taskQueues } from '../workflows/protocol.ts';

/** A part that has not answered within this is failing; milliseconds. */
const deadlineMs = 3000;
/** A worker asks for work at least this often; milliseconds. */
const pollIntervalMs = 75_000;
const { TaskQueueType } = proto.temporal.api.enums.v1;
const needed = [
  { name: taskQueues.sessions, taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW },
  { name: taskQueues.inference, taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY },
] as const;

/** What a server knows of the parts that it runs itself. */
export interface OwnParts {
  /** Temporal learns only after a minute that a worker is gone. */
  readonly worker: () => PartHealth;
  /** The data folder, which holds what its own servers write. */
  readonly home: string;
}

/** Asks each part that a message needs on its way, all at once. */
export async function checkHealth(engine: Engine, own?: OwnParts): Promise<HealthReport> {
  const [database, temporal, workers, disk] = await Promise.all([
    check(() => findRevision(engine.database, engine.session.mainKey)),
    check(() => engine.temporal.workflowService.describeNamespace({ namespace: engine.namespace })),
    own?.worker() ?? check(() => requireWorkers(engine)),
    own && checkRoom(own.home),
  ]);
  const parts = { database, temporal, workers, ...(disk && { disk }) };
  return { ready: Object.values(parts).every(({ state }) => state === 'ok'), parts };

  function check(ask: () => Promise<unknown>): Promise<PartHealth> {
    return engine.temporal.withDeadline(Date.now() + deadlineMs, ask).then(
      () => ({ state: 'ok' as const }),
      (error: unknown) => ({ state: 'failing' as const, detail: errorText(error) }),
    );
  }
}

async function requireWorkers({ temporal, namespace }: Engine): Promise<void> {
  for (const { name, taskQueueType } of needed) {
    const { pollers } = await temporal.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name },
      taskQueueType,
    });
    const newest = Math.max(
      0,
      ...(pollers ?? []).map(({ lastAccessTime }) => secondsOf(lastAccessTime) * 1000),
    );
    if (Date.now() - newest > pollIntervalMs)
      throw new Error(`Nobody works on the queue "${name}". Start "atrium worker --queues ${name}".`);
  }
}

const secondsOf = (time: { readonly seconds?: { toNumber(): number } | null } | null | undefined): number =>
  time?.seconds?.toNumber() ?? 0;
