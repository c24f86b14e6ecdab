import { AtriumError } from '../../domain/atrium-error.ts';
import { messageOutcome, type Message } from '../../domain/message.ts';
import type { TurnOutcomeRow } from '../../domain/viewer.ts';
import { findOutcome } from '../../store/list-outcomes.ts';
import type { Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { findAfterSync, loadMessage, unknownMessage } from './load-message.ts';
import { openSessionTo } from '../sessions/open-session.ts';
import { signalSession } from '../session-calls.ts';

/**
 * Takes back a message that still waits or is held, and returns its outcome, or undefined when that is not visible yet.
 * Withdrawing it again is no error. Throws `unknown-message`, and `message-running` or `message-done` when it is too late.
 */
export async function withdrawMessage(
  engine: Engine,
  caller: Caller,
  key: string,
  id: string,
): Promise<TurnOutcomeRow | undefined> {
  const view = await openSessionTo('withdraw from', engine, caller, key);
  let message: Message | undefined = await loadMessage(engine, view, id);
  if (message.role !== 'user') throw unknownMessage(key);
  if (isOpen(message)) {
    await signalSession(engine, key, 'withdraw', { id });
    message = await findAfterSync(engine, view, id);
  }
  if (message === undefined || isOpen(message)) return undefined;
  const outcome = await findOutcome(engine.database, key, id);
  if (outcome !== undefined && messageOutcome(outcome.row) === 'withdrawn') return outcome;
  throw tooLate(message);
}

const isOpen = ({ status }: Message): boolean => status === 'waiting' || status === 'held';

function tooLate({ id, status }: Message): AtriumError {
  return status === 'running'
    ? new AtriumError('conflict', 'message-running', `Cannot withdraw message ${id}: its turn has begun.`)
    : new AtriumError('conflict', 'message-done', `Cannot withdraw message ${id}: it is answered.`);
}
