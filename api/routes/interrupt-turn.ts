import type { Engine } from '../../engine/engine.ts';
import { interruptTurn } from '../../engine/messages/interrupt-turn.ts';
import type { ApiInstance } from '../api-instance.ts';
import { interruptBody, interruptedSchema } from '../schemas/message.ts';
import { sessionParams } from '../schemas/session.ts';

/** `POST /api/sessions/:key/interrupt`: 202 when a turn was asked to stop, 200 when nothing was running. */
export function interruptTurnRoute(app: ApiInstance, engine: Engine): void {
  app.post(
    '/api/sessions/:key/interrupt',
    {
      schema: {
        summary: 'Stop the running turn',
        tags: ['Messages'],
        params: sessionParams,
        body: interruptBody,
        response: { 200: interruptedSchema, 202: interruptedSchema },
      },
    },
    async ({ caller, params, body }, reply) => {
      const interrupted = await interruptTurn(engine, caller, params.key, body?.turn);
      return reply.code(interrupted ? 202 : 200).send({ interrupted });
    },
  );
}
