import type { SessionView } from '../../store/find-session.ts';
import type { Caller } from '../caller.ts';
import { changeSession } from './change-session.ts';
import type { Engine } from '../engine.ts';

/** Puts a session away without deleting anything (I7); turns accepted before are still answered. */
export function archiveSession(
  engine: Engine,
  caller: Caller,
  key: string,
  reason?: string,
): Promise<SessionView> {
  const payload = reason === undefined ? {} : { reason };
  return changeSession(engine, caller, key, { verb: 'archive', signals: [{ name: 'archive', payload }] });
}
