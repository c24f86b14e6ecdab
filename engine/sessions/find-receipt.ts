import { AtriumError } from '../../domain/atrium-error.ts';
import * as store from '../../store/receipts.ts';
import { requireOwner, type Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';

const shape = /^[A-Za-z0-9-]{1,64}$/;

/** What is left of a deleted session: when its deletion was asked for and confirmed. Throws `unknown-receipt`. */
export async function findReceipt(engine: Engine, caller: Caller, id: string): Promise<store.Receipt> {
  requireOwner(caller, 'read receipts');
  const receipt = shape.test(id) ? await store.findReceipt(engine.database, id) : undefined;
  if (receipt === undefined)
    throw new AtriumError('not-found', 'unknown-receipt', 'There is no such receipt.');
  return receipt;
}
