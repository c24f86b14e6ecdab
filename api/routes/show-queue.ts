import type { Engine } from '../../engine/engine.ts';
import { showQueue } from '../../engine/show-queue.ts';
import type { ApiInstance } from '../api-instance.ts';
import { queueSchema } from '../schemas/queue.ts';
import { viewQueue } from '../views/queue-view.ts';

/** `GET /api/queue`: which calls run and wait, how much is used, and how much may be. */
export function showQueueRoute(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/queue',
    {
      schema: {
        summary: 'What the shared models are doing',
        tags: ['Queue'],
        response: { 200: queueSchema },
      },
    },
    async ({ caller }) => viewQueue(await showQueue(engine, caller)),
  );
}
