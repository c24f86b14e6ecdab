import { ApplicationFailure } from '@temporalio/common';
import type { CallEnd } from '../domain/model-call.ts';
import type { ModelError } from '../models/model-error.ts';
import { modelFailureType } from '../workflows/protocol.ts';

/**
 * What earlier attempts at a call know of it. It travels in the heartbeats, so it also tells an attempt that failed from
 * one whose worker was lost, and needs no database.
 */
export interface CallRecord {
  /** Failures that count against the call: all but those of the rate limit. */
  readonly failures: number;
  /** How often the provider asked for patience. */
  readonly limited: number;
  /** When the first of either happened; milliseconds since the epoch, 0 while there was none. */
  readonly since: number;
  /** The last attempt that ended by itself. */
  readonly lastFailed: number;
  /** Attempts of the activity that only waited; they are none at the call. */
  readonly waited: number;
  /** Tokens that an earlier attempt asked for and then waited for. */
  readonly reservedTokens: number;
  /** The model did not get along with its tools. */
  readonly isWithoutTools: boolean;
  /** When it first waited for the provider to be back; 0 while it did not. */
  readonly heldSince: number;
}

export const emptyRecord: CallRecord = {
  failures: 0,
  limited: 0,
  since: 0,
  lastFailed: 0,
  waited: 0,
  reservedTokens: 0,
  isWithoutTools: false,
  heldSince: 0,
};

/** The record in the heartbeat of an earlier attempt; an empty one when there is none. */
export function readRecord(details: unknown): CallRecord {
  const isRecord = typeof details === 'object' && details !== null && 'lastFailed' in details;
  // Written by an attempt at the same call, maybe of an earlier release.
  return isRecord ? { ...emptyRecord, ...(details as Partial<CallRecord>) } : emptyRecord;
}

/** The record with one more failure. */
export function addFailure(
  record: CallRecord,
  error: ModelError,
  now: { readonly at: number; readonly attempt: number },
): CallRecord {
  const isLimit = error.failure.code === 'model-rate-limited';
  return {
    ...record,
    failures: record.failures + (isLimit ? 0 : 1),
    limited: record.limited + (isLimit ? 1 : 0),
    since: record.since === 0 ? now.at : record.since,
    lastFailed: now.attempt,
    isWithoutTools: record.isWithoutTools || error.isBadCall,
  };
}

/** With the pauses between them some fifteen seconds: a server that restarts is back by then. */
const mostFailures = 5;
/** An answer that is none rarely becomes one. */
const mostOddAnswers = 3;
const oddAnswers = new Set(['model-garbled', 'model-empty', 'model-failed']);
/** Somebody waits: a limit that does not lift in this time is an answer too. Milliseconds. */
export const patienceMs = 300_000;
const longestPauseMs = 30_000;
/** Of a provider that is away for all: whoever is back is found soon. */
const longestOutagePauseMs = 8_000;

/** How long to wait before the next attempt, in milliseconds; undefined when there should be none. */
export function pauseBeforeNext(record: CallRecord, error: ModelError, now: number): number | undefined {
  if (error.retry === 'never') return undefined;
  const isLimit = error.failure.code === 'model-rate-limited';
  const most = oddAnswers.has(error.failure.code) ? mostOddAnswers : mostFailures;
  if (!isLimit && record.failures >= most) return undefined;
  const count = isLimit ? record.limited : record.failures;
  const backoffMs = Math.min(longestPauseMs, 1_000 * 2 ** (count - 1));
  const pauseMs = error.retry === 'soon' ? backoffMs : Math.max(backoffMs, error.retry.afterMs);
  return now + pauseMs > record.since + patienceMs ? undefined : pauseMs;
}

/** The same while the provider is away for all: the call is kept until `endsAt`, however often it fails. */
export function pauseInOutage(record: CallRecord, now: number, endsAt: number): number | undefined {
  const pauseMs = Math.min(longestOutagePauseMs, 1_000 * 2 ** Math.max(0, record.failures - 1));
  return now + pauseMs > endsAt ? undefined : pauseMs;
}

/** The call ends here; the turn goes on elsewhere, or the person is told why. */
export const finalFailure = ({ message, failure }: ModelError, end: CallEnd): ApplicationFailure =>
  withoutStack(ApplicationFailure.nonRetryable(message, modelFailureType, failure, end));

/** The call is tried again, by any worker, after the pause; no slot is held meanwhile. */
export const passingFailure = (type: string, message: string, pauseMs: number): ApplicationFailure =>
  withoutStack(ApplicationFailure.create({ type, message, nextRetryDelay: Math.max(1, pauseMs) }));

/** Nobody reads our stack in a session's history, where each attempt would add one. */
function withoutStack(failure: ApplicationFailure): ApplicationFailure {
  failure.stack = '';
  return failure;
}
