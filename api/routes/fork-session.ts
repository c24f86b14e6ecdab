import type { Engine } from '../../engine/engine.ts';
import { forkSession } from '../../engine/sessions/fork-session.ts';
import type { ApiInstance } from '../api-instance.ts';
import { forkedSessionSchema, forkSessionBody, sessionParams } from '../schemas/session.ts';
import { viewSessionDetail } from '../views/session-view.ts';

/** `POST /api/sessions/:key/fork`: a new session that continues this one after a turn. */
export function forkSessionRoute(app: ApiInstance, engine: Engine): void {
  app.post(
    '/api/sessions/:key/fork',
    {
      schema: {
        summary: 'Fork a session at a turn',
        tags: ['Sessions'],
        params: sessionParams,
        body: forkSessionBody,
        response: { 201: forkedSessionSchema },
      },
    },
    async ({ caller, params, body }, reply) => {
      const { session, origin } = await forkSession(engine, caller, params.key, body?.turn);
      return reply.code(201).send({
        sessionKey: session.facts.key,
        session: viewSessionDetail(session),
        forkedFrom: { sessionKey: origin.key, turn: origin.turn },
      });
    },
  );
}
