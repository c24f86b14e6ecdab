import * as store from '../../store/list-sessions.ts';
import { requireOwner, type Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';

/** A page of the sessions that the caller may see, with the numbers for the tabs. Throws `bad-cursor`. */
export function listSessions(
  engine: Engine,
  caller: Caller,
  query: store.SessionQuery,
): Promise<store.SessionPage> {
  requireOwner(caller, 'list sessions');
  return store.listSessions(engine.database, query);
}
