import type { SessionView } from '../../store/find-session.ts';
import type { Caller } from '../caller.ts';
import { changeSession } from './change-session.ts';
import type { Engine } from '../engine.ts';

/** Brings a session back as it was, pinned if it was; messages that were held get their turns. */
export function restoreSession(engine: Engine, caller: Caller, key: string): Promise<SessionView> {
  return changeSession(engine, caller, key, { verb: 'restore', signals: [{ name: 'restore', payload: {} }] });
}
