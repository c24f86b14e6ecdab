import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { CallFacts, CallId } from '../domain/live-call.ts';
import type { WaitingReason } from '../domain/live-event.ts';
import type { CallPriority } from '../domain/session-state.ts';
import { providerOf, type CallContext, type InferInput } from '../workflows/protocol.ts';

/** Why and for how long an attempt gave its slot back. */
export interface CallPause {
  readonly reason: WaitingReason;
  /** Milliseconds since the epoch. */
  readonly retryAt: number;
  /** The last attempt that began, from 1; 0 for none. */
  readonly attempt: number;
  /** Whether the viewers know already. */
  readonly isTold: boolean;
}

/** Takes what happens to calls, so that people see what the shared model does. Nothing here waits or fails. */
export interface CallReports {
  began(call: CallFacts, model: string): void;
  /** So many more tokens of the answer have arrived. */
  wrote(id: CallId, tokens: number): void;
  paused(call: CallFacts, pause: CallPause): void;
  /** The call is over; it used so many tokens in all. */
  ended(id: CallId, tokens: number): void;
}

/** The call that this activity attempts. */
export function describeCall({ session, call }: InferInput, { kind, turn }: CallContext): CallFacts {
  const { taskQueue, priority, currentAttemptScheduledTimestampMs: queuedAt } = Context.current().info;
  return {
    session,
    call,
    kind,
    turn,
    provider: providerOf(taskQueue),
    // The workflow gives every call one.
    priority: (priority?.priorityKey ?? 3) as CallPriority,
    queuedAt,
  };
}

/** Reports how an attempt ended that did not succeed: over, or waiting for the next one. */
export function reportEnd(
  reports: CallReports,
  call: CallFacts,
  end: { readonly failure: unknown; readonly attempt: number },
): void {
  const { failure, attempt } = end;
  const pauseMs = failure instanceof ApplicationFailure ? Number(failure.nextRetryDelay ?? 0) : 0;
  if (!(failure instanceof ApplicationFailure) || pauseMs === 0) return reports.ended(call, 0);
  const retryAt = Date.now() + pauseMs;
  if (failure.type === 'ProviderAway')
    return reports.paused(call, { reason: 'backoff', retryAt, attempt: attempt - 1, isTold: false });
  if (failure.type === 'TokenLimit')
    return reports.paused(call, { reason: 'tokens', retryAt, attempt: attempt - 1, isTold: false });
  reports.paused(call, { reason: 'backoff', retryAt, attempt, isTold: failure.type === 'ModelRetry' });
}
