import { requireOwner, type Caller } from './caller.ts';
import type { Engine } from './engine.ts';

/** What a client needs to know of the server before it names a session. */
export interface ServerStatus {
  /** The key of the main session, where unbound messages go. */
  readonly mainSession: string;
}

/** Throws AtriumError `forbidden`. */
export function readStatus(engine: Pick<Engine, 'session'>, caller: Caller): ServerStatus {
  requireOwner(caller, 'read the status of the server');
  return { mainSession: engine.session.mainKey };
}
