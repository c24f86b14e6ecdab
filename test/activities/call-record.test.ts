import { describe, expect, test } from '@jest/globals';
import {
  addFailure,
  emptyRecord,
  pauseBeforeNext,
  pauseInOutage,
  readRecord,
  type CallRecord,
} from '../../activities/call-record.ts';
import { ModelError, type RetryAdvice } from '../../models/model-error.ts';

const errorOf = (code: string, retry: RetryAdvice = 'soon') => new ModelError({ code, reason: '' }, retry);

/** The pauses of a call that always ends with the same error, until it is given up. */
function pausesOf(error: ModelError): readonly number[] {
  const pauses: number[] = [];
  let [record, now]: [CallRecord, number] = [emptyRecord, 1_000_000];
  for (let attempt = 1; attempt < 1_000; attempt += 1) {
    record = addFailure(record, error, { at: now, attempt });
    const pauseMs = pauseBeforeNext(record, error, now);
    if (pauseMs === undefined) return pauses;
    pauses.push(pauseMs);
    now += pauseMs;
  }
  throw new Error('This call never ends.');
}

const failedOften = (failures: number) => ({ ...emptyRecord, failures, since: 1_000 });
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('when a failed call is tried again', () => {
  test('a server with trouble is asked five times within a quarter of a minute', () => {
    expect(pausesOf(errorOf('model-overloaded'))).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(pausesOf(errorOf('model-unreachable'))).toHaveLength(4);
  });

  test('what is no answer is asked for three times', () => {
    expect(pausesOf(errorOf('model-garbled'))).toHaveLength(2);
    expect(pausesOf(errorOf('model-empty'))).toHaveLength(2);
  });

  test('what cannot succeed is asked once', () => {
    expect(pausesOf(errorOf('model-auth', 'never'))).toEqual([]);
  });

  test('a rate limit without a time ends after some minutes', () => {
    const pauses = pausesOf(errorOf('model-rate-limited'));
    expect(sum(pauses)).toBeGreaterThan(200_000);
    expect(sum(pauses)).toBeLessThanOrEqual(300_000);
    expect(Math.max(...pauses)).toBe(30_000);
  });

  test('a rate limit is waited for at least as long as the provider says, and no longer than anybody would', () => {
    expect(pausesOf(errorOf('model-rate-limited', { afterMs: 20_000 }))[0]).toBe(20_000);
    expect(pausesOf(errorOf('model-rate-limited', { afterMs: 3_600_000 }))).toEqual([]);
  });

  test('waiting for the rate limit does not count as trouble of the server', () => {
    const limited = { ...emptyRecord, limited: 9, since: 1_000_000, lastFailed: 9 };
    const record = addFailure(limited, errorOf('model-overloaded'), { at: 1_100_000, attempt: 10 });
    expect(pauseBeforeNext(record, errorOf('model-overloaded'), 1_100_000)).toBe(1_000);
  });

  test('a provider that is away for all is asked until the patience ends, every eight seconds at last', () => {
    const pauses = [1, 2, 3, 4, 9].map((failures) => pauseInOutage(failedOften(failures), 1_000, 76_000));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
    expect(pauseInOutage(failedOften(4), 68_001, 76_000)).toBeUndefined();
  });

  test('a heartbeat without a record means that nothing failed yet', () => {
    expect(readRecord(undefined)).toEqual(emptyRecord);
    expect(readRecord('anything')).toEqual(emptyRecord);
  });
});
