import type { PendingCall } from '../../domain/session-state.ts';
import type { InferResult } from '../../workflows/protocol.ts';
import { formatWait } from './format-wait.ts';
import type { CallAttempt } from './read-events.ts';
import type { ModelStepEvent, NewStep } from './timeline-step.ts';

/** A model call that is over. */
export interface ClosedCall {
  readonly call: PendingCall;
  readonly attempt: CallAttempt;
  readonly closedAt: number;
  readonly result: InferResult | null;
}

/** Shorter waits are the ordinary way of a call to its worker; milliseconds. */
const worthTelling = 100;

/** How a model call went: what it waited for, the attempts before the last, and what it gave. */
export function callSteps(closed: ClosedCall): readonly NewStep[] {
  return [...waitSteps(closed), ...retrySteps(closed), modelStep(closed)];
}

/** When an earlier attempt failed, the time until the last one is not a wait for the queue. */
function waitSteps({ call, attempt }: ClosedCall): readonly NewStep[] {
  const waitedMs = queueWait(attempt);
  if (waitedMs === undefined || waitedMs < worthTelling || attempt.startedAt === null) return [];
  const title = `Turn ${call.turn} waited ${formatWait(waitedMs)} for the model.`;
  return [{ kind: 'waited', at: attempt.startedAt, turn: call.turn, title, for: 'model', waitedMs }];
}

function queueWait({ number, scheduledAt, startedAt }: CallAttempt): number | undefined {
  return number === 1 && startedAt !== null ? Math.max(0, startedAt - scheduledAt) : undefined;
}

function retrySteps({ call, attempt }: ClosedCall): readonly NewStep[] {
  const { number, lastFailure, startedAt } = attempt;
  if (number < 2 || startedAt === null) return [];
  const isLost = lastFailure?.isLost ?? false;
  const reason = lastFailure?.reason ?? '';
  const title = isLost
    ? `The worker of attempt ${number - 1} was lost; the model was asked again.`
    : `Attempt ${number - 1} failed (${reason}); the model was asked again.`;
  const kind = isLost ? 'worker-lost' : 'retry';
  return [{ kind, at: startedAt, turn: call.turn, title, attempt: number, reason }];
}

function modelStep({ call, attempt, closedAt, result }: ClosedCall): NewStep {
  const tookMs = attempt.startedAt === null ? 0 : Math.max(0, closedAt - attempt.startedAt);
  const waitedMs = queueWait(attempt);
  const event: ModelStepEvent = {
    kind: 'model',
    call: call.id,
    purpose: call.kind,
    model: result?.model ?? null,
    usage: result?.usage ?? null,
    attempt: attempt.number,
    tookMs,
    outcome: result?.finish ?? 'failed',
    toolSet: result?.toolSet ?? null,
  };
  return {
    ...event,
    at: closedAt,
    turn: call.turn,
    title: modelTitle(event),
    ...(waitedMs === undefined ? {} : { waitedMs }),
  };
}

function modelTitle({ model, purpose, outcome, tookMs, attempt }: ModelStepEvent): string {
  if (attempt === 0) return `The call for a ${purpose} was given up before it began.`;
  if (outcome === 'failed') return `The model gave no ${purpose} (${formatWait(tookMs)}).`;
  const how = outcome === 'interrupted' ? 'was stopped in' : 'gave';
  return `${model ?? 'The model'} ${how} a ${purpose} after ${formatWait(tookMs)}.`;
}
