import type { SessionView } from '../../store/find-session.ts';
import type { Caller } from '../caller.ts';
import { changeSession } from './change-session.ts';
import type { Engine } from '../engine.ts';

/** Begins a new chapter: what was said before stays readable and is shown to no later model call. What waits is answered in it. */
export function resetSession(engine: Engine, caller: Caller, key: string): Promise<SessionView> {
  return changeSession(engine, caller, key, { verb: 'reset', signals: [{ name: 'reset', payload: {} }] });
}
