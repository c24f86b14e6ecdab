import type { Engine } from '../../engine/engine.ts';
import { readTimelineStep } from '../../engine/past/read-timeline.ts';
import type { ApiInstance } from '../api-instance.ts';
import { timelineStateSchema, timelineStepParams } from '../schemas/timeline.ts';
import { viewTimelineState } from '../views/timeline-view.ts';

/** `GET /api/sessions/:key/timeline/:n`: 404 `unknown-step` past the last one. */
export function readTimelineStepRoute(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/sessions/:key/timeline/:n',
    {
      schema: {
        summary: 'Show a session as it was at a step',
        tags: ['Replay'],
        params: timelineStepParams,
        response: { 200: timelineStateSchema },
      },
    },
    async ({ caller, params }) =>
      viewTimelineState(await readTimelineStep(engine, caller, params.key, params.n)),
  );
}
