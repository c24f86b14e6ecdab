import { AtriumError } from '../domain/atrium-error.ts';
import type { Message } from '../domain/message.ts';
import * as store from '../store/list-messages.ts';
import type { Caller } from './caller.ts';
import type { Engine } from './engine.ts';
import { openSession } from './open-session.ts';

/** Of cursors and message ids alike. */
const cursorShape = /^[\x20-\x7e]{1,500}$/;

/** A page of a transcript: the newest first, oldest to newest within it. Throws `bad-cursor`. */
export async function listMessages(
  engine: Engine,
  caller: Caller,
  key: string,
  query: store.MessageQuery,
): Promise<{ readonly items: readonly Message[]; readonly nextCursor: string | null }> {
  await openSession(engine, caller, key);
  if (query.before !== undefined && !cursorShape.test(query.before))
    throw new AtriumError('invalid', 'bad-cursor', 'This is neither a cursor of ours nor a message id.');
  return store.listMessages(engine.database, key, query);
}
