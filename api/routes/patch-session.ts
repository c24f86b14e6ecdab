import { configureSession } from '../../engine/sessions/configure-session.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ApiInstance } from '../api-instance.ts';
import { patchSessionBody, sessionDetailSchema, sessionParams } from '../schemas/session.ts';
import { viewSessionDetail } from '../views/session-view.ts';

/** `PATCH /api/sessions/:key`: what the body names changes, the rest stays. */
export function patchSessionRoute(app: ApiInstance, engine: Engine): void {
  app.patch(
    '/api/sessions/:key',
    {
      schema: {
        summary: 'Change title, tags, model or instructions',
        tags: ['Sessions'],
        params: sessionParams,
        body: patchSessionBody,
        response: { 200: sessionDetailSchema },
      },
    },
    async ({ caller, params, body }) =>
      viewSessionDetail(await configureSession(engine, caller, params.key, body)),
  );
}
