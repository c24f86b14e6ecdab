import type { Engine } from '../../engine/engine.ts';
import { rebuildProjection } from '../../engine/past/rebuild-projection.ts';
import type { ApiInstance } from '../api-instance.ts';
import { finish, sendProgress, wantsEvents } from '../progress.ts';
import { rebuildReportSchema, verificationBody } from '../schemas/verification.ts';

/** `POST /api/rebuild`: makes the database say what the histories say; with `Accept: text/event-stream` it tells how far it is. */
export function rebuildProjectionRoute(app: ApiInstance, engine: Engine): void {
  app.post(
    '/api/rebuild',
    {
      schema: {
        summary: 'Fill the database again from the histories',
        tags: ['Replay'],
        body: verificationBody,
        response: { 200: rebuildReportSchema },
      },
    },
    async (request, reply) => {
      const work = rebuildProjection(engine, request.caller, request.body?.session);
      return wantsEvents(request) ? sendProgress(request, reply, work) : finish(work);
    },
  );
}
