import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { patienceEndsAt, type Circuit } from '../domain/circuit.ts';
import type { CallEnd } from '../domain/model-call.ts';
import { ModelError } from '../models/model-error.ts';
import type { Models } from '../models/open-models.ts';
import type { CallContext, InferInput } from '../workflows/protocol.ts';
import {
  addFailure,
  finalFailure,
  passingFailure,
  pauseBeforeNext,
  pauseInOutage,
  type CallRecord,
} from './call-record.ts';
import { attemptOf, shownAttemptOf } from './count-attempts.ts';
import type { LiveText } from './live-text.ts';
import { isOutage, type CallGate } from './provider-circuit.ts';

/** One attempt at a model call, as far as it came. */
export interface Attempt {
  readonly input: InferInput;
  readonly record: CallRecord;
  /** Undefined when the session did not say what the model should be shown. */
  readonly context: CallContext | undefined;
  readonly live: LiveText | undefined;
  /** Undefined as long as it was not known where it goes. */
  readonly gate: CallGate | undefined;
}

/** Whatever ends every attempt, workers that die included: at some point the person is told. */
const mostAttempts = 40;
/** Before the next attempt when a session does not answer or a worker stops; milliseconds. */
const shortPauseMs = 1_000;

/** What an attempt that did not succeed ends with: for good, or to be tried again after a pause. */
export async function endAttempt(models: Models, error: unknown, attempt: Attempt): Promise<unknown> {
  const activity = Context.current();
  const { record, live } = attempt;
  const number = attemptOf(record);
  if (activity.cancellationDetails?.workerShutdown === true)
    return passingFailure('WorkerShutdown', 'The worker stops.', shortPauseMs);
  if (activity.cancellationSignal.aborted) return new CancelledFailure('The call was cancelled.');
  if (error instanceof ApplicationFailure) return error;
  if (!(error instanceof ModelError)) {
    const reason = error instanceof Error ? error.message : String(error);
    if (number < mostAttempts) return passingFailure('CallNotReady', reason, shortPauseMs);
    const failed = new ModelError({ code: 'model-failed', reason }, 'never');
    return finalFailure(failed, endOf(models, failed, attempt));
  }
  const now = Date.now();
  const next = addFailure(record, error, { at: now, attempt: number });
  const known = await attempt.gate?.failed(error);
  const end = endOf(models, error, attempt);
  const pauseMs = number >= mostAttempts ? undefined : pauseAfter(next, error, { now, known, end });
  if (pauseMs === undefined) return finalFailure(error, end);
  await live?.announceRetry(now + pauseMs);
  activity.heartbeat(next);
  return passingFailure('ModelRetry', error.message, pauseMs);
}

/** While the provider is away for all, a fallback is asked at once, and without one the call waits for its return. */
function pauseAfter(
  record: CallRecord,
  error: ModelError,
  { now, known, end }: { readonly now: number; readonly known: Circuit | undefined; readonly end: CallEnd },
): number | undefined {
  if (known === undefined || error.retry === 'never' || !isOutage(known, error))
    return pauseBeforeNext(record, error, now);
  if (end.fallback !== undefined) return undefined;
  return pauseInOutage(record, now, patienceEndsAt(known, record.heldSince || record.since));
}

function endOf(models: Models, error: ModelError, { input, record, context }: Attempt): CallEnd {
  const attempts = shownAttemptOf(input, record);
  if (context === undefined || !mayHelpElsewhere(error)) return { attempts };
  const fallback = models.fallbackAfter(context.model, input.isFallback === true);
  return fallback === undefined ? { attempts } : { attempts, fallback };
}

/** What was asked wrongly is wrong for every model, and whoever gave a wrong key should hear of it. */
const mayHelpElsewhere = ({ retry, failure }: ModelError): boolean =>
  retry !== 'never' || failure.code === 'model-timeout';
