import type { SessionVerb } from '../../domain/session-can.ts';
import type { SessionView } from '../../store/find-session.ts';
import type { SessionSignalName, SessionSignals } from '../../workflows/protocol.ts';
import type { Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { openSessionTo } from './open-session.ts';
import { signalSession } from '../session-calls.ts';
import { syncSession } from './sync-session.ts';

/** A change of a session: the verb that must be allowed, and the signals that make it. */
export interface SessionChange {
  readonly verb: SessionVerb;
  readonly signals: readonly SessionSignal[];
}
export type SessionSignal = {
  readonly [Name in SessionSignalName]: { readonly name: Name; readonly payload: SessionSignals[Name] };
}[SessionSignalName];

/** Changes a session and returns it as it is then. Repeating a change is no error and changes nothing. */
export async function changeSession(
  engine: Engine,
  caller: Caller,
  key: string,
  { verb, signals }: SessionChange,
): Promise<SessionView> {
  const view = await openSessionTo(verb, engine, caller, key);
  for (const { name, payload } of signals) await signalSession(engine, key, name, payload);
  return (await syncSession(engine, key)) ?? view;
}
