import { describe, expect, test } from '@jest/globals';
import { forkOrigin } from '../../domain/fork.ts';
import { resetSession, withdrawMessage } from '../../domain/lifecycle.ts';
import type { SessionState } from '../../domain/session-state.ts';
import { forkTitle } from '../../domain/title.ts';
import { startTurn } from '../../domain/turns.ts';
import { buildState, createMoment, post, runTurn } from '../harness/session-driver.ts';

const moment = createMoment();
const talk = (state: SessionState, ...ids: readonly string[]) =>
  ids.reduce((next, id) => runTurn(post(next, moment, id), moment), state);
const fork = (state: SessionState, turn?: number) => forkOrigin('s-test', state.messages, turn);
const questions = (origin: ReturnType<typeof fork>) =>
  typeof origin === 'string'
    ? origin
    : origin.messages.filter(({ role }) => role === 'user').map(({ id }) => id);

describe('the rows of a fork', () => {
  test('are those up to and including the turn', () => {
    const state = talk(buildState(), 'a', 'b', 'c');
    expect(questions(fork(state, 2))).toEqual(['a', 'b']);
    expect(fork(state, 2)).toMatchObject({ turn: 2, messages: { length: 4 } });
    expect(fork(state)).toMatchObject({ turn: 3, messages: { length: 6 } });
  });

  test('leave out a turn that runs and what waits', () => {
    const waiting = post(post(talk(buildState(), 'a'), moment, 'b'), moment, 'c');
    const busy = startTurn(waiting, moment)!.state;
    expect(questions(fork(busy))).toEqual(['a']);
    expect(fork(busy, 2)).toBe('turn-unfinished');
    const withdrawn = withdrawMessage(busy, moment, 'c');
    expect(questions(fork(withdrawn))).toEqual(['a', 'c']);
  });

  test('I3: are those of one chapter', () => {
    const state = talk(resetSession(talk(buildState(), 'a', 'b'), moment), 'c');
    expect(questions(fork(state))).toEqual(['c']);
    expect(questions(fork(state, 2))).toEqual(['a', 'b']);
  });

  test('are none when there is no turn, and a turn that is not there is unknown', () => {
    expect(fork(buildState())).toEqual({ key: 's-test', turn: 0, messages: [] });
    expect(fork(talk(buildState(), 'a'), 2)).toBe('unknown-turn');
  });
});

test('the title of a fork says so and keeps within what a title may have', () => {
  expect(forkTitle('Taxes', 'en')).toBe('Taxes (fork)');
  expect(forkTitle('税务', 'zh')).toBe('税务（分支）');
  const long = forkTitle(`${'x'.repeat(179)}😀`, 'en');
  expect(long.length).toBeLessThanOrEqual(200);
  expect(long.isWellFormed()).toBe(true);
});
