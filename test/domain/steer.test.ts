import { describe, expect, test } from '@jest/globals';
import { assembleContext } from '../../domain/context.ts';
import { configureSession } from '../../domain/lifecycle.ts';
import { beginFallback } from '../../domain/recover-call.ts';
import { outcomesOf } from '../../domain/rows.ts';
import type { SessionState } from '../../domain/session-state.ts';
import { finishTurn, startTurn, type TurnEnd } from '../../domain/turns.ts';
import { answered, buildState, createMoment, drain, post } from '../harness/session-driver.ts';

const moment = createMoment();
const outcomes = (state: SessionState) => outcomesOf(state.messages).map(({ messageIds }) => messageIds);
const overloaded: TurnEnd = {
  kind: 'failed',
  failure: { code: 'model-overloaded', reason: '' },
  end: { attempts: 1, fallback: { model: 'second', account: null } },
};
const busyWith = (...posts: readonly (readonly [string, 'queue' | 'steer'])[]): SessionState => {
  const running = startTurn(post(buildState(), moment, 'a'), moment)!.state;
  return posts.reduce((state, [id, busy]) => post(state, moment, id, { busy }), running);
};

describe('a message that steers', () => {
  test('I2: joins the running turn at its next call and shares its one outcome', () => {
    const state = busyWith(['b', 'queue'], ['c', 'steer']);
    const next = beginFallback(state, state.calls[0]!, overloaded);
    const { messages } = assembleContext(next.state, next.call, 1_000);
    expect(messages.map(({ text }) => text)).toEqual(['text of a', 'text of c']);
    const ended = drain(finishTurn(next.state, next.call, answered(), moment), moment);
    expect(outcomes(ended)).toEqual([['a', 'c'], ['b']]);
  });

  test('I4: waits for a turn of its own when the running one has no further call', () => {
    const state = busyWith(['b', 'steer'], ['c', 'queue']);
    const ended = drain(finishTurn(state, state.calls[0]!, answered(), moment), moment);
    expect(outcomes(ended)).toEqual([['a'], ['b'], ['c']]);
  });
});

describe('the rule of a session', () => {
  test('holds for messages that say nothing themselves', () => {
    let state = configureSession(busyWith(), moment, { busy: 'collect' });
    state = post(post(post(state, moment, 'b'), moment, 'c'), moment, 'd', { busy: 'queue' });
    const ended = drain(finishTurn(state, state.calls[0]!, answered(), moment), moment);
    expect(outcomes(ended)).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  test('may stop the running turn', () => {
    const state = configureSession(busyWith(), moment, { busy: 'interrupt' });
    expect(post(state, moment, 'b').running?.isInterrupted).toBe(true);
  });

  test('is none in sessions of before', () => {
    const state = post(buildState(), moment, 'a');
    expect(state.facts.busy).toBeNull();
  });
});
