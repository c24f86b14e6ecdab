import { AtriumError } from '../domain/atrium-error.ts';
import { messageOutcome, type Message } from '../domain/message.ts';
import type { TurnOutcomeRow } from '../domain/viewer.ts';
import { findMessage } from '../store/list-messages.ts';
import { findOutcome } from '../store/list-outcomes.ts';
import type { Caller } from './caller.ts';
import type { Engine } from './engine.ts';
import { openSessionTo } from './open-session.ts';
import { signalSession } from './session-calls.ts';
import { syncSession } from './sync-session.ts';

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
  const known = await loadUserMessage(engine, key, id, view.revision);
  if (isOpen(known)) {
    await signalSession(engine, key, 'withdraw', { id });
    await syncSession(engine, key, view.revision);
  }
  const outcome = await findOutcome(engine.database, key, id);
  if (outcome !== undefined && messageOutcome(outcome.row) === 'withdrawn') return outcome;
  const message = isOpen(known) ? await findMessage(engine.database, key, id) : known;
  if (message === undefined || isOpen(message)) return undefined;
  throw tooLate(message, outcome !== undefined);
}

const isOpen = ({ status }: Message): boolean => status === 'waiting' || status === 'held';

/** The person's message; one that the database does not know may be newer than what it holds. */
async function loadUserMessage(engine: Engine, key: string, id: string, revision: number): Promise<Message> {
  let message = await findMessage(engine.database, key, id);
  if (message === undefined) {
    await syncSession(engine, key, revision);
    message = await findMessage(engine.database, key, id);
  }
  if (message?.role === 'user') return message;
  throw new AtriumError('not-found', 'unknown-message', `There is no message ${id} in session ${key}.`);
}

function tooLate({ id }: Message, isDone: boolean): AtriumError {
  return isDone
    ? new AtriumError('conflict', 'message-done', `Cannot withdraw message ${id}: it has its outcome.`)
    : new AtriumError('conflict', 'message-running', `Cannot withdraw message ${id}: its turn has begun.`);
}
