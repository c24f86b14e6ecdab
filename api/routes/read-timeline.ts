import type { Engine } from '../../engine/engine.ts';
import { readTimeline } from '../../engine/past/read-timeline.ts';
import type { ApiInstance } from '../api-instance.ts';
import { sessionParams } from '../schemas/session.ts';
import { timelineQuery, timelineSchema } from '../schemas/timeline.ts';
import { viewStep } from '../views/timeline-view.ts';

/** `GET /api/sessions/:key/timeline`: 409 `replay-failed` when this release does not reproduce the session's history. */
export function readTimelineRoute(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/sessions/:key/timeline',
    {
      schema: {
        summary: 'List what happened in a session',
        tags: ['Replay'],
        params: sessionParams,
        querystring: timelineQuery,
        response: { 200: timelineSchema },
      },
    },
    async ({ caller, params, query }) => {
      const steps = await readTimeline(engine, caller, params.key, query);
      return { items: steps.map(viewStep) };
    },
  );
}
