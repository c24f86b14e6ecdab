import type { Engine } from '../../engine/engine.ts';
import { verifySessions } from '../../engine/past/verify-sessions.ts';
import type { ApiInstance } from '../api-instance.ts';
import { finish, sendProgress, wantsEvents } from '../progress.ts';
import { verifyReportSchema, verificationBody } from '../schemas/verification.ts';

/** `POST /api/verify`: compares histories and database (I9); with `Accept: text/event-stream` it tells how far it is. */
export function verifySessionsRoute(app: ApiInstance, engine: Engine): void {
  app.post(
    '/api/verify',
    {
      schema: {
        summary: 'Compare histories and database',
        tags: ['Replay'],
        body: verificationBody,
        response: { 200: verifyReportSchema },
      },
    },
    async (request, reply) => {
      const work = verifySessions(engine, request.caller, request.body?.session);
      return wantsEvents(request) ? sendProgress(request, reply, work) : finish(work);
    },
  );
}
