import * as store from '../../store/list-messages.ts';
import type { Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { openSession } from '../sessions/open-session.ts';

/** A page of a transcript: the newest first, oldest to newest within it. Throws `bad-cursor`. */
export async function listMessages(
  engine: Engine,
  caller: Caller,
  key: string,
  query: store.MessageQuery,
): Promise<store.MessagePage> {
  await openSession(engine, caller, key);
  return store.listMessages(engine.database, key, query);
}
