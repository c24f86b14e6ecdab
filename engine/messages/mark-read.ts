import { findSession, type SessionView } from '../../store/find-session.ts';
import * as store from '../../store/read-marks.ts';
import type { Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { loadMessage } from './load-message.ts';
import { openSession } from '../sessions/open-session.ts';

/** Marks a transcript as read up to a message. A mark never moves back. Throws `unknown-message`. */
export async function markRead(
  engine: Engine,
  caller: Caller,
  key: string,
  upTo: string,
): Promise<SessionView> {
  const view = await openSession(engine, caller, key);
  const { id } = await loadMessage(engine, view, upTo);
  await store.markRead(engine.database, key, id);
  return (await findSession(engine.database, key)) ?? view;
}
