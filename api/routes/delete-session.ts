import { z } from 'zod';
import { deleteSession } from '../../engine/sessions/delete-session.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ApiInstance } from '../api-instance.ts';
import { receiptSchema, sessionParams } from '../schemas/session.ts';
import { viewReceipt } from '../views/session-view.ts';

/** `DELETE /api/sessions/:key`: 202 with the receipt, the same one while the session is being erased. */
export function deleteSessionRoute(app: ApiInstance, engine: Engine): void {
  app.delete(
    '/api/sessions/:key',
    {
      schema: {
        summary: 'Delete a session for good',
        tags: ['Sessions'],
        params: sessionParams,
        response: { 202: z.object({ receipt: receiptSchema }) },
      },
    },
    async (request, reply) => {
      const receipt = await deleteSession(engine, request.caller, request.params.key);
      return reply.code(202).send({ receipt: viewReceipt(receipt) });
    },
  );
}
