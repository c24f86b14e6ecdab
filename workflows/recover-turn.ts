import { patched, uuid4, type CancellationScope } from '@temporalio/workflow';
import {
  beginFallback,
  beginShrinking,
  beginShrunk,
  recoveryOf,
  type Recovery,
} from '../domain/recover-call.ts';
import type { PendingCall, SessionState } from '../domain/session-state.ts';
import type { StartedCall, TurnEnd } from '../domain/turns.ts';
import { askModel } from './session-activities.ts';

/** A call of the running turn that is over. */
export interface EndedCall {
  readonly call: PendingCall;
  readonly end: TurnEnd;
}

/** Whose turn it is. */
interface TurnOwner {
  state: SessionState;
}

/** What may be done about a call's end, in this history. */
export function findRecovery(end: TurnEnd): Recovery | undefined {
  const recovery = recoveryOf(end);
  // Sessions of before ended their turn there.
  return recovery !== 'compaction' || patched('shrink-context') ? recovery : undefined;
}

/**
 * Goes on with a turn whose call failed: each fallback once, in order, and a context that is too long once more after its
 * older turns were summed up. Returns the last call and its end.
 */
export async function recoverTurn(
  owner: TurnOwner,
  scope: CancellationScope,
  first: EndedCall,
): Promise<EndedCall> {
  let ended = first;
  let isShrunk = false;
  for (;;) {
    const recovery = findRecovery(ended.end);
    if (recovery === undefined || (recovery === 'compaction' && isShrunk)) return ended;
    isShrunk ||= recovery === 'compaction';
    const next =
      recovery === 'fallback'
        ? beginFallback(owner.state, ended.call, ended.end)
        : await shrink(owner, scope, ended);
    owner.state = next.state;
    ended = { call: next.call, end: await askModel(scope, owner.state, next.call) };
  }
}

async function shrink(owner: TurnOwner, scope: CancellationScope, failed: EndedCall): Promise<StartedCall> {
  const moment = { now: Date.now(), newId: uuid4 };
  const started = beginShrinking(owner.state, failed.call);
  if (started === undefined) return beginShrunk(owner.state, failed, undefined, moment);
  owner.state = started.state;
  const end = await askModel(scope, owner.state, started.call);
  const result = end.kind === 'answered' ? end.result : undefined;
  return beginShrunk(owner.state, failed, { call: started.call, result }, moment);
}
