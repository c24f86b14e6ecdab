import { createSession } from '../../engine/sessions/create-session.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ApiInstance } from '../api-instance.ts';
import { createdSessionSchema, createSessionBody } from '../schemas/session.ts';
import { viewSessionDetail } from '../views/session-view.ts';

/** `POST /api/sessions/create`: 409 `session-exists` for a key that is taken, 410 while it is being erased. */
export function createSessionRoute(app: ApiInstance, engine: Engine): void {
  app.post(
    '/api/sessions/create',
    {
      schema: {
        summary: 'Create a session',
        tags: ['Sessions'],
        body: createSessionBody,
        response: { 201: createdSessionSchema },
      },
    },
    async (request, reply) => {
      const view = await createSession(engine, request.caller, request.body ?? {});
      return reply.code(201).send({ sessionKey: view.facts.key, session: viewSessionDetail(view) });
    },
  );
}
