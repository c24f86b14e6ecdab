import { uuid4, type CancellationScope } from '@temporalio/workflow';
import type { SessionState } from '../domain/session-state.ts';
import { beginTools } from '../domain/tools/begin-tools.ts';
import { asksForTools, beginStep } from '../domain/tools/next-step.ts';
import type { StartedCall } from '../domain/turns.ts';
import { findRecovery, recoverTurn, type EndedCall } from './recover-turn.ts';
import { runTools } from './run-tools.ts';
import { askModel } from './session-activities.ts';

/** Whose turn it is. */
export interface StepOwner {
  state: SessionState;
  update(next: SessionState): void;
  show(): void;
  prepare(started: StartedCall): void;
}

/**
 * Goes on with a turn whose model asks for tools: all calls of a step at once, then the model again with what they gave, until
 * it asks for none. Returns the last model call and its end. Only histories in which a model asked for tools come here.
 */
export async function takeSteps(
  owner: StepOwner,
  scope: CancellationScope,
  first: EndedCall,
): Promise<EndedCall> {
  let last = first;
  for (;;) {
    const { call, end } = last;
    if (!asksForTools(call, end)) return last;
    owner.update(beginTools(owner.state, call, end.result, { now: Date.now(), newId: uuid4 }));
    owner.show();
    await runTools(owner, scope);
    if (owner.state.running?.isInterrupted !== false) return { call, end: { kind: 'stopped' } };
    const next = beginStep(owner.state, call, end);
    owner.update(next.state);
    owner.prepare(next);
    const ended = { call: next.call, end: await askModel(scope, owner.state, next.call) };
    last = findRecovery(ended.end) === undefined ? ended : await recoverTurn(owner, scope, ended);
  }
}
