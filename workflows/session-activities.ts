import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  proxySinks,
  sleep,
} from '@temporalio/workflow';
import { fairnessKey } from '../domain/fairness-key.ts';
import type { CallPriority, PendingCall, SessionState } from '../domain/session-state.ts';
import type { TurnEnd } from '../domain/turns.ts';
import {
  defaultProvider,
  inferenceQueue,
  modelFailureType,
  type CallEnd,
  type FailureDetails,
  type InferenceActivities,
  type InferResult,
  type ProjectInput,
  type ProjectionActivities,
  type SessionSinks,
} from './protocol.ts';

const { session: worker } = proxySinks<SessionSinks>();

/** How long an interrupted call may take to hand over what it has; milliseconds. */
const stopGraceMs = 10_000;

/** While it runs the session hears nothing, so it is short and tried once. */
const { confirm } = proxyLocalActivities<Pick<ProjectionActivities, 'confirm'>>({
  startToCloseTimeout: '1s',
  retry: { maximumAttempts: 1 },
});

/** Brings the database up to date; tried until it answers, for no turn waits for it. */
export const { project } = proxyActivities<ProjectionActivities>({
  startToCloseTimeout: '30s',
  // An attempt takes well under that; one that is overdue has lost its worker.
  heartbeatTimeout: '6s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' },
});

/** Whether the database holds the state already, as it mostly does; a look that fails is no answer. */
export async function isConfirmed(input: ProjectInput): Promise<boolean> {
  try {
    return await confirm(input);
  } catch {
    return false;
  }
}

/** The model's part of a turn, on the shared queue. Cancelling `scope` stops it and keeps the text that had arrived. */
export async function askModel(
  scope: CancellationScope,
  state: SessionState,
  call: PendingCall,
): Promise<TurnEnd> {
  const grace = new CancellationScope();
  try {
    const answer = scope.run(() => infer(state, call, state.running?.priority ?? 2));
    // Whoever loses the race must not surface as an unhandled rejection.
    answer.catch(() => undefined);
    const result = await Promise.race([answer, stopGrace(scope, grace)]);
    return result === undefined ? { kind: 'stopped' } : { kind: 'answered', result };
  } catch (error) {
    return endOfError(error);
  } finally {
    grace.cancel();
  }
}

/** A call that nobody waits for: its failure leaves everything as it was. */
export async function askModelQuietly(
  state: SessionState,
  call: PendingCall,
): Promise<InferResult | undefined> {
  try {
    return await infer(state, call, 3);
  } catch {
    return undefined;
  }
}

function infer(state: SessionState, call: PendingCall, priorityKey: CallPriority): Promise<InferResult> {
  const { key } = state.facts;
  const { id, kind, turn, earlier, fallback } = call;
  const provider = (fallback === undefined ? state.account : fallback.account) ?? defaultProvider;
  const activities = proxyActivities<InferenceActivities>({
    taskQueue: inferenceQueue(provider),
    startToCloseTimeout: '20m',
    heartbeatTimeout: '4s',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
    priority: { priorityKey, fairnessKey: fairnessKey(key) },
  });
  const names = { session: key, call: id };
  worker.callQueued({ ...names, provider, kind, turn, priority: priorityKey, queuedAt: Date.now() });
  const answer = activities.infer({
    ...names,
    ...(earlier === undefined ? {} : { earlier }),
    ...(fallback === undefined ? {} : { isFallback: true }),
  });
  const ended = (): void => worker.callEnded(names);
  // Beside the answer, not before it: whoever waits for it goes on at the same moment as in the histories that there are.
  answer.then(ended, ended);
  return answer;
}

/** Resolves a while after a call was cancelled, so that a worker that is gone cannot hold the session. */
export async function stopGrace(scope: CancellationScope, grace: CancellationScope): Promise<undefined> {
  await scope.cancelRequested.catch(() => undefined);
  await grace.run(() => sleep(stopGraceMs));
  return undefined;
}

function endOfError(error: unknown): TurnEnd {
  if (isCancellation(error)) return { kind: 'stopped' };
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (cause instanceof ApplicationFailure && cause.type === modelFailureType) {
    const [failure, end] = (cause.details ?? []) as [FailureDetails?, CallEnd?];
    if (failure !== undefined) return { kind: 'failed', failure, ...(end === undefined ? {} : { end }) };
  }
  return { kind: 'failed', failure: { code: 'model-failed', reason: '' } };
}
