import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { CallEnd } from '../domain/model-call.ts';
import { ModelError } from '../models/model-error.ts';
import type { Models } from '../models/open-models.ts';
import type { CallContext, InferInput } from '../workflows/protocol.ts';
import { addFailure, finalFailure, passingFailure, pauseBeforeNext, type CallRecord } from './call-record.ts';
import type { LiveText } from './live-text.ts';

/** One attempt at a model call, as far as it came. */
export interface Attempt {
  readonly input: InferInput;
  readonly record: CallRecord;
  /** Undefined when the session did not say what the model should be shown. */
  readonly context: CallContext | undefined;
  readonly live: LiveText | undefined;
}

/** Whatever ends every attempt, workers that die included: at some point the person is told. */
const mostAttempts = 40;
/** Before the next attempt when a session does not answer or a worker stops; milliseconds. */
const shortPauseMs = 1_000;

/** Which attempt at the call this is, from 1. */
export const attemptOf = ({ waited }: CallRecord): number => Context.current().info.attempt - waited;

/** The same as people count it: with the calls of the turn before this one. */
export const shownAttemptOf = ({ earlier }: InferInput, record: CallRecord): number =>
  (earlier?.attempts ?? 0) + attemptOf(record);

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
  const pauseMs = number >= mostAttempts ? undefined : pauseBeforeNext(next, error, now);
  if (pauseMs === undefined) return finalFailure(error, endOf(models, error, attempt));
  await live?.announceRetry(now + pauseMs);
  activity.heartbeat(next);
  return passingFailure('ModelRetry', error.message, pauseMs);
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
