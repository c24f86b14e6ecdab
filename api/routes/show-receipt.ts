import { z } from 'zod';
import type { Engine } from '../../engine/engine.ts';
import { findReceipt } from '../../engine/sessions/find-receipt.ts';
import type { ApiInstance } from '../api-instance.ts';
import { receiptSchema } from '../schemas/session.ts';
import { viewReceipt } from '../views/session-view.ts';

/** `GET /api/receipts/:id`. */
export function showReceiptRoute(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/receipts/:id',
    {
      schema: {
        summary: 'Show what is left of a deleted session',
        tags: ['Sessions'],
        params: z.object({ id: z.string() }),
        response: { 200: receiptSchema },
      },
    },
    async ({ caller, params }) => viewReceipt(await findReceipt(engine, caller, params.id)),
  );
}
