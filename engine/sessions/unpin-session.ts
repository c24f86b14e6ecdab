import type { SessionView } from '../../store/find-session.ts';
import type { Caller } from '../caller.ts';
import { changeSession } from './change-session.ts';
import type { Engine } from '../engine.ts';

/** Takes the pin off. */
export function unpinSession(engine: Engine, caller: Caller, key: string): Promise<SessionView> {
  return changeSession(engine, caller, key, { verb: 'unpin', signals: [{ name: 'unpin', payload: {} }] });
}
