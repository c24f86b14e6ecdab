import type { Engine } from '../../engine/engine.ts';
import { withdrawMessage } from '../../engine/messages/withdraw-message.ts';
import type { ApiInstance } from '../api-instance.ts';
import { acceptedMessageSchema, messageParams, outcomeSchema } from '../schemas/message.ts';
import { viewOutcome } from '../views/message-view.ts';

/** `DELETE /api/sessions/:key/messages/:id`: 200 with the outcome, 202 when it is not visible yet, 409 when it is too late. */
export function withdrawMessageRoute(app: ApiInstance, engine: Engine): void {
  app.delete(
    '/api/sessions/:key/messages/:id',
    {
      schema: {
        summary: 'Withdraw a message that still waits',
        tags: ['Messages'],
        params: messageParams,
        response: { 200: outcomeSchema, 202: acceptedMessageSchema },
      },
    },
    async ({ caller, params: { key, id } }, reply) => {
      const outcome = await withdrawMessage(engine, caller, key, id);
      if (outcome === undefined) return reply.code(202).send({ messageId: id, status: 'accepted' });
      return reply.code(200).send(viewOutcome(id, outcome));
    },
  );
}
