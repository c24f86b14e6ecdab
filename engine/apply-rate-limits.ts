import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { QueueLimits } from '../domain/queue-limits.ts';
import { inferenceQueue } from '../workflows/protocol.ts';

/** The part of the limits that Temporal keeps: it gives out no more calls in a second, whoever asks. */
export type RateLimits = Pick<QueueLimits, 'requestsPerSecond' | 'requestsPerSecondPerSession'>;

export interface RateLimitsTarget {
  readonly client: Client;
  readonly namespace: string;
  readonly provider: string;
}

const { TASK_QUEUE_TYPE_ACTIVITY } = proto.temporal.api.enums.v1.TaskQueueType;

/** Makes Temporal keep these limits on a provider's queue from now on; what is not named stays. */
export async function applyRateLimits(target: RateLimitsTarget, limits: Partial<RateLimits>): Promise<void> {
  const { requestsPerSecond, requestsPerSecondPerSession } = limits;
  if (requestsPerSecond === undefined && requestsPerSecondPerSession === undefined) return;
  await target.client.workflowService.updateTaskQueueConfig({
    namespace: target.namespace,
    identity: 'atrium',
    taskQueue: inferenceQueue(target.provider),
    taskQueueType: TASK_QUEUE_TYPE_ACTIVITY,
    ...(requestsPerSecond === undefined ? {} : { updateQueueRateLimit: rateLimit(requestsPerSecond) }),
    ...(requestsPerSecondPerSession === undefined
      ? {}
      : { updateFairnessKeyRateLimitDefault: rateLimit(requestsPerSecondPerSession) }),
  });
}

/** Without a rate the limit is removed. */
const rateLimit = (requestsPerSecond: number | null) => ({
  reason: 'limits of Atrium',
  ...(requestsPerSecond === null ? {} : { rateLimit: { requestsPerSecond } }),
});
