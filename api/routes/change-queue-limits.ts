import { z } from 'zod';
import { changeQueueLimits } from '../../engine/change-queue-limits.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ApiInstance } from '../api-instance.ts';
import { changeLimitsBody, limitsSchema } from '../schemas/queue.ts';

/** `PUT /api/queue/limits`: holds for all workers at once and survives restarts; calls that run are left alone. */
export function changeQueueLimitsRoute(app: ApiInstance, engine: Engine): void {
  app.put(
    '/api/queue/limits',
    {
      schema: {
        summary: 'Change how much of the model may be used at a time',
        tags: ['Queue'],
        body: changeLimitsBody,
        response: { 200: z.object({ limits: limitsSchema }) },
      },
    },
    async ({ caller, body: { provider, ...limits } }) => ({
      limits: await changeQueueLimits(engine, caller, { provider, limits }),
    }),
  );
}
