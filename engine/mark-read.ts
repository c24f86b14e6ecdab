import { AtriumError } from '../domain/atrium-error.ts';
import { findSession, type SessionView } from '../store/find-session.ts';
import { findMessage } from '../store/list-messages.ts';
import * as store from '../store/read-marks.ts';
import type { Caller } from './caller.ts';
import type { Engine } from './engine.ts';
import { openSession } from './open-session.ts';

/** Marks a transcript as read up to a message. A mark never moves back. Throws `unknown-message`. */
export async function markRead(
  engine: Engine,
  caller: Caller,
  key: string,
  upTo: string,
): Promise<SessionView> {
  const view = await openSession(engine, caller, key);
  if ((await findMessage(engine.database, key, upTo)) === undefined)
    throw new AtriumError('not-found', 'unknown-message', `There is no message ${upTo} in session ${key}.`);
  await store.markRead(engine.database, key, upTo);
  return (await findSession(engine.database, key)) ?? view;
}
