import type { SessionView } from '../../store/find-session.ts';
import type { Caller } from '../caller.ts';
import { changeSession } from './change-session.ts';
import type { Engine } from '../engine.ts';

/** Exempts a session from every automatic clean-up (I7) and lists it first. */
export function pinSession(engine: Engine, caller: Caller, key: string): Promise<SessionView> {
  return changeSession(engine, caller, key, { verb: 'pin', signals: [{ name: 'pin', payload: {} }] });
}
