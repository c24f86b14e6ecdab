import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { carryState, openCarry } from '../../domain/carry.ts';
import { confirmProjection } from '../../domain/changes.ts';
import { compactionTurn } from '../../domain/compaction.ts';
import { assembleContext } from '../../domain/context.ts';
import { finishBackgroundCall, startBackgroundCall } from '../../domain/background.ts';
import type { SessionState } from '../../domain/session-state.ts';
import { startTurn } from '../../domain/turns.ts';
import {
  answered,
  buildResult,
  buildState,
  createMoment,
  drain,
  post,
  runTurn,
} from '../harness/session-driver.ts';

const texts = fc.oneof(
  fc.string({ minLength: 1, maxLength: 400 }),
  fc.string({ unit: fc.constantFrom('会', '话', '。', 'a', ' '), minLength: 1, maxLength: 400 }),
);

function talk(pairs: readonly (readonly [string, string])[]): SessionState {
  const moment = createMoment();
  return pairs.reduce(
    (state, [question, answer], index) =>
      runTurn(post(state, moment, `q${index}`, { text: question }), moment, answered({ text: answer })),
    buildState({ instructions: 'Be brief.' }),
  );
}

const asked = (state: SessionState, text = 'and now?') =>
  startTurn(post(state, createMoment(), 'now', { text }), createMoment())!;

describe('context assembly', () => {
  test('never exceeds the budget, keeps the newest turns whole and the current message last', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(texts, texts), { maxLength: 12 }),
        texts,
        fc.integer({ min: 60, max: 2_000 }),
        (pairs, text, budget) => {
          const { state, call } = asked(talk(pairs), text);
          const context = assembleContext(state, call, budget);
          expect(context.tokens).toBeLessThanOrEqual(budget);
          expect(context.messages.at(-1)?.role).toBe('user');
          const earlier = context.messages.slice(0, -1).map((message) => message.text);
          const all = pairs.flat();
          expect(earlier).toEqual(all.slice(all.length - earlier.length));
          expect(earlier.length % 2).toBe(0);
        },
      ),
    );
  });

  test('the prefix is stable from call to call while nothing is left out', () => {
    const before = asked(talk([['a', 'b']]));
    const after = asked(
      talk([
        ['a', 'b'],
        ['c', 'd'],
      ]),
    );
    const first = assembleContext(before.state, before.call, 5_000);
    const second = assembleContext(after.state, after.call, 5_000);
    expect(second.instructions).toBe(first.instructions);
    expect(second.messages.slice(0, 2)).toEqual(first.messages.slice(0, 2));
  });

  test('shows neither notices nor messages that still wait, nor another chapter', () => {
    const moment = createMoment();
    let state = runTurn(post(buildState(), moment, 'a'), moment, { kind: 'stopped' });
    state = startTurn(post(state, moment, 'b'), moment)!.state;
    state = post(state, moment, 'c');
    const context = assembleContext(state, state.calls[0]!, 1_000);
    expect(context.messages).toEqual([
      { role: 'user', text: 'text of a' },
      { role: 'user', text: 'text of b' },
    ]);
  });

  test('a long chapter is summed up, and the summary stands for the turns it covers', () => {
    const moment = createMoment();
    const long = 'word '.repeat(400);
    let state: SessionState = { ...talk(Array.from({ length: 8 }, () => [long, long] as const)), wanted: [] };
    state = { ...state, contextLimit: 4_000 };
    const throughTurn = compactionTurn(state)!;
    expect(throughTurn).toBeGreaterThan(0);
    expect(throughTurn).toBeLessThan(8);
    const started = startBackgroundCall(state)!;
    expect(started.call).toMatchObject({ kind: 'summary', throughTurn });
    state = finishBackgroundCall(
      started.state,
      started.call,
      buildResult({ text: 'They said words.' }),
      moment,
    );
    expect(compactionTurn(state)).toBeUndefined();
    const { state: running, call } = asked(state);
    const context = assembleContext(running, call, 100_000);
    expect(context.instructions).toContain('They said words.');
    expect(context.messages).toHaveLength((8 - throughTurn) * 2 + 1);
  });
});

describe('what a run carries to the next', () => {
  test('I8: is bounded by the context budget once the database holds the rows', () => {
    const long = 'word '.repeat(200);
    const talked = talk(Array.from({ length: 60 }, () => [long, long] as const));
    const state = confirmProjection({ ...talked, contextLimit: 2_000 }, talked.revision);
    expect(carryState(state).state.messages.length).toBeLessThan(10);
    expect(carryState({ ...state, projectedRevision: 0 }).state.messages).toHaveLength(120);
  });

  test('changes nothing for the turns that come', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, texts), { minLength: 1, maxLength: 8 }), (pairs) => {
        const talked = talk(pairs);
        const state = confirmProjection(talked, talked.revision);
        const rolled = openCarry(carryState(state));
        const here = asked(state);
        const there = asked(rolled);
        expect(there.call).toEqual(here.call);
        expect(assembleContext(there.state, there.call, 3_000)).toEqual(
          assembleContext(here.state, here.call, 3_000),
        );
        const moment = createMoment();
        expect(post(rolled, moment, 'q0')).toBe(rolled);
        expect(drain(there.state, moment).facts.turnCount).toBe(pairs.length + 1);
      }),
    );
  });
});
