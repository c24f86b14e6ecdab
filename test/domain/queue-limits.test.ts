import { describe, expect, test } from '@jest/globals';
import { mergeLimits, noLimits } from '../../domain/queue-limits.ts';

const configured = { ...noLimits, slots: 4, tokensPerMinute: 1_000 };

describe('limits after a start', () => {
  test('are the configured ones when nothing was set', () => {
    expect(mergeLimits({ current: {}, configured: {} }, configured)).toEqual(configured);
  });

  test('are those that were set at run time while the configuration says what it said', () => {
    const current = { ...configured, slots: 9, tokensPerMinute: null };
    expect(mergeLimits({ current, configured }, configured)).toEqual(current);
  });

  test('follow the configuration where it says something else, each limit by itself', () => {
    const current = { ...configured, slots: 9, requestsPerSecond: 3 };
    const changed = { ...configured, slots: 5 };
    expect(mergeLimits({ current, configured }, changed)).toEqual({ ...current, slots: 5 });
  });

  test('that were set before anything was configured stay', () => {
    expect(mergeLimits({ current: { slots: 2 }, configured: {} }, configured)).toEqual({
      ...configured,
      slots: 2,
    });
  });
});
