import type { Engine } from '../../engine/engine.ts';
import { openSession } from '../../engine/sessions/open-session.ts';
import type { ApiInstance } from '../api-instance.ts';
import { sessionDetailSchema, sessionParams } from '../schemas/session.ts';
import { viewSessionDetail } from '../views/session-view.ts';

/** `GET /api/sessions/:key`. */
export function showSessionRoute(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/sessions/:key',
    {
      schema: {
        summary: 'Show a session',
        tags: ['Sessions'],
        params: sessionParams,
        response: { 200: sessionDetailSchema },
      },
    },
    async ({ caller, params }) => viewSessionDetail(await openSession(engine, caller, params.key)),
  );
}
