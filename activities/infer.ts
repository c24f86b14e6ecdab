import { Context, log } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { CallFacts } from '../domain/live-call.ts';
import type { LiveEvent, ResetReason } from '../domain/live-event.ts';
import { estimateTokens } from '../domain/tokens.ts';
import { ModelError } from '../models/model-error.ts';
import type { InferenceActivities, InferInput, InferResult } from '../workflows/protocol.ts';
import {
  addFailure,
  finalFailure,
  passingFailure,
  pauseBeforeNext,
  readRecord,
  type CallRecord,
} from './call-record.ts';
import { describeCall, reportEnd, type CallReports } from './call-reports.ts';
import { LiveText } from './live-text.ts';
import { loadContext, type ContextSource, type LoadedCall } from './load-context.ts';
import { readAnswer } from './read-answer.ts';
import { reserveTokens, spendTokens, type TokenSupply } from './token-supply.ts';

export interface InferenceParts extends ContextSource {
  /** The side channel to those who watch a turn. */
  readonly addLiveEvents: (events: readonly LiveEvent[]) => Promise<void>;
  readonly tokens: TokenSupply;
  readonly reports: CallReports;
}

/** One model call: every call of every session goes through here, from the inference queue (I10). */
export const createInferenceActivities = (parts: InferenceParts): InferenceActivities => ({
  infer: (input) => infer(parts, input),
});

/** An interrupt comes with the answer to a heartbeat: it reaches the model within half a second. Milliseconds. */
const heartbeatMs = 400;
/** Whatever ends every attempt, workers that die included: at some point the person is told. */
const mostAttempts = 40;
/** Before the next attempt when a session does not answer or a worker stops; milliseconds. */
const shortPauseMs = 1_000;

async function infer(parts: InferenceParts, input: InferInput): Promise<InferResult> {
  const activity = Context.current();
  let record = readRecord(activity.info.heartbeatDetails);
  const beat = setInterval(() => activity.heartbeat(record), heartbeatMs);
  let live: LiveText | undefined;
  let facts: CallFacts | undefined;
  try {
    const call = await loadContext(parts, input, attemptOf(record));
    facts = describeCall(input, call.context);
    const reserved = await reserveTokens(parts.tokens, call.context.tokens, record);
    record = { ...record, reservedTokens: 0 };
    parts.reports.began(facts, call.model.name);
    live = openLiveText(parts, input, call, record);
    const result = await spendTokens(parts.tokens, reserved, () =>
      readAnswer(call, (addition) => {
        live?.add(addition);
        parts.reports.wrote(input, estimateTokens(addition));
      }),
    );
    parts.reports.ended(input, result.usage.inputTokens + result.usage.outputTokens);
    return result;
  } catch (error) {
    const failure = await endAttempt(error, record, live);
    if (facts !== undefined) reportEnd(parts.reports, facts, { failure, attempt: attemptOf(record) });
    throw failure;
  } finally {
    clearInterval(beat);
    await live?.close();
  }
}

/** People watch replies and greetings; titles and summaries have no viewers. */
function openLiveText(
  parts: InferenceParts,
  { session }: InferInput,
  { context, model }: LoadedCall,
  record: CallRecord,
): LiveText | undefined {
  if (context.kind !== 'reply' && context.kind !== 'greeting') return undefined;
  const attempt = attemptOf(record);
  const options = {
    session,
    attempt,
    resetReason: attempt === 1 ? undefined : reasonOfReset(record, attempt),
    write: parts.addLiveEvents,
    onLost: (error: unknown) => log.warn('Live text is lost for now.', { reason: String(error) }),
  };
  return new LiveText(options, context, model.name);
}

/** Which attempt at the call this is, from 1. */
const attemptOf = ({ waited }: CallRecord): number => Context.current().info.attempt - waited;

/** An attempt that failed said so in its last heartbeat; one that says nothing has lost its worker. */
const reasonOfReset = ({ lastFailed }: CallRecord, attempt: number): ResetReason =>
  lastFailed === attempt - 1 ? 'retry' : 'worker-lost';

/** What an attempt that did not succeed ends with: for good, or to be tried again after a pause. */
async function endAttempt(error: unknown, record: CallRecord, live: LiveText | undefined): Promise<unknown> {
  const activity = Context.current();
  const attempt = attemptOf(record);
  if (activity.cancellationDetails?.workerShutdown === true)
    return passingFailure('WorkerShutdown', 'The worker stops.', shortPauseMs);
  if (activity.cancellationSignal.aborted) return new CancelledFailure('The call was cancelled.');
  if (error instanceof ApplicationFailure) return error;
  if (!(error instanceof ModelError)) {
    const text = error instanceof Error ? error.message : String(error);
    if (attempt >= mostAttempts) return finalFailure(failed(text));
    return passingFailure('CallNotReady', text, shortPauseMs);
  }
  const now = Date.now();
  const next = addFailure(record, error, { at: now, attempt });
  const pauseMs = attempt >= mostAttempts ? undefined : pauseBeforeNext(next, error, now);
  if (pauseMs === undefined) return finalFailure(error);
  await live?.announceRetry(now + pauseMs);
  activity.heartbeat(next);
  return passingFailure('ModelRetry', error.message, pauseMs);
}

const failed = (reason: string): ModelError => new ModelError({ code: 'model-failed', reason }, 'never');
