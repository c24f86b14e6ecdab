/**
 * Runs inside the workflow sandbox, in the replay bundle only: hands out the session's state after every signal, at every
 * model call and after every activation. Production's bundle does not have it. It only looks: commands and their order stay
 * what they are without it.
 */
import {
  proxySinks,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInternalsInterceptor,
  type WorkflowInterceptors,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';
import type { SessionState } from '../domain/session-state.ts';
import {
  sessionQueries,
  type InferInput,
  type InferResult,
  type SessionInput,
} from '../workflows/protocol.ts';
import type { SnapshotSinks } from './snapshot.ts';

const { snapshots } = proxySinks<SnapshotSinks>();

/** The hook by which the SDK finds this module's interceptors; called once per workflow. */
export const interceptors = (): WorkflowInterceptors => ({
  inbound: [signals],
  outbound: [modelCalls],
  internals: [taskEnds],
});

const signals: WorkflowInboundCallsInterceptor = {
  execute(input, next) {
    snapshots.take({ kind: 'begun', input: input.args[0] as SessionInput });
    return next(input);
  },
  handleSignal(input, next) {
    const before = currentState();
    // Handlers of a session are synchronous: when `next` returns, the state has changed.
    const handled = next(input);
    const state = currentState();
    if (before !== undefined && state !== undefined)
      snapshots.take({ kind: 'signal', name: input.signalName, payload: input.args[0], before, state });
    return handled;
  },
};

const modelCalls: WorkflowOutboundCallsInterceptor = {
  scheduleActivity(input, next) {
    const answer = next(input);
    const state = currentState();
    if (state === undefined || input.activityType !== 'infer') return answer;
    const activityId = String(input.seq);
    const { call } = input.args[0] as InferInput;
    snapshots.take({ kind: 'call-started', activityId, call, state });
    const end = (result: InferResult | null): void =>
      snapshots.take({ kind: 'call-ended', activityId, result });
    void answer.then(
      (result) => end(result as InferResult),
      () => end(null),
    );
    return answer;
  },
};

const taskEnds: WorkflowInternalsInterceptor = {
  concludeActivation(input, next) {
    const output = next(input);
    const state = currentState();
    const { historyLength } = getActivator().info;
    if (state !== undefined) snapshots.take({ kind: 'task-ended', state, historyLength });
    return output;
  },
};

/** The state behind the query that every session answers; undefined for other workflows. */
const currentState = (): SessionState | undefined =>
  getActivator().queryHandlers.get(sessionQueries.state)?.handler() as SessionState | undefined;
