import type { InjectedSinks } from '@temporalio/worker';
import type { SessionSinks } from '../workflows/protocol.ts';

/** The sinks of live sessions: each notice once, when it happens, not when it is remembered. */
export function createSessionSinks(listener: SessionSinks['session']): InjectedSinks<SessionSinks> {
  return {
    session: {
      changed: { callDuringReplay: false, fn: (_workflow, changes) => listener.changed(changes) },
      callPrepared: { callDuringReplay: false, fn: (_workflow, prepared) => listener.callPrepared(prepared) },
      callQueued: { callDuringReplay: false, fn: (_workflow, call) => listener.callQueued(call) },
      callEnded: { callDuringReplay: false, fn: (_workflow, call) => listener.callEnded(call) },
    },
  };
}
