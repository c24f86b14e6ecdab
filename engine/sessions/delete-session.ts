import { createReceipt, findOpenReceipt, type Receipt } from '../../store/receipts.ts';
import {
  erasureWorkflowId,
  sessionWorkflowId,
  taskQueues,
  workflowTypes,
  type ErasureInput,
} from '../../workflows/protocol.ts';
import { requireOwner, type Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { openSessionTo, requireKey } from './open-session.ts';
import { newReceiptId } from '../random-ids.ts';
import { isLiving } from '../session-calls.ts';
import { temporalError } from '../temporal-error.ts';

/**
 * Asks for a session's erasure and returns its receipt; the same one while the session is being erased. Throws
 * `main-session`, `unknown-session`, `temporal-unavailable`, `database-unavailable`.
 */
export async function deleteSession(engine: Engine, caller: Caller, key: string): Promise<Receipt> {
  requireOwner(caller, 'delete sessions');
  requireKey(key);
  const open = await findOpenReceipt(engine.database, key);
  const receipt = open ?? (await requestErasure(engine, caller, key));
  // Again for a receipt that is open: whoever asked first may have died in between.
  await startErasure(engine, { key, receiptId: receipt.id, reason: 'deleted' });
  return receipt;
}

async function requestErasure(engine: Engine, caller: Caller, key: string): Promise<Receipt> {
  await openSessionTo('delete', engine, caller, key);
  // A receipt closes the session to everybody, so it is not written while nothing can follow from it.
  await isLiving(engine, sessionWorkflowId(key));
  const requestedAt = engine.now();
  return createReceipt(engine.database, {
    id: newReceiptId(),
    sessionKey: key,
    reason: 'deleted',
    requestedAt,
  });
}

async function startErasure({ temporal }: Engine, input: ErasureInput): Promise<void> {
  try {
    await temporal.withDeadline(Date.now() + 10_000, () =>
      temporal.workflow.start(workflowTypes.erasure, {
        workflowId: erasureWorkflowId(input.key),
        workflowIdConflictPolicy: 'USE_EXISTING',
        taskQueue: taskQueues.sessions,
        args: [input],
      }),
    );
  } catch (error) {
    throw temporalError(error, input.key);
  }
}
