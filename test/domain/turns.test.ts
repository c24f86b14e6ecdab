import { describe, expect, test } from '@jest/globals';
import { interruptTurn, resetSession, withdrawMessage } from '../../domain/lifecycle.ts';
import { outcomesOf } from '../../domain/rows.ts';
import { finishTurn, startTurn } from '../../domain/turns.ts';
import { answered, buildState, createMoment, drain, post, runTurn } from '../harness/session-driver.ts';

const rows = (state: ReturnType<typeof buildState>) =>
  state.messages
    .toSorted((a, b) => a.chapter - b.chapter || a.turn - b.turn || a.position - b.position)
    .map((row) => `${row.turn} ${row.role} ${row.status} ${row.role === 'user' ? row.id : ''}`.trim());

describe('turns', () => {
  test('I4: messages are answered one at a time in the order of acceptance', () => {
    const moment = createMoment();
    let state = ['a', 'b', 'c'].reduce((next, id) => post(next, moment, id), buildState());
    const first = startTurn(state, moment);
    expect(first?.call).toEqual({ id: 'c1', kind: 'reply', turn: 1, chapter: 1 });
    expect(startTurn(first!.state, moment)).toBeUndefined();
    state = drain(finishTurn(first!.state, first!.call, answered(), moment), moment);
    expect(rows(state)).toEqual([
      '1 user done a',
      '1 assistant complete',
      '2 user done b',
      '2 assistant complete',
      '3 user done c',
      '3 assistant complete',
    ]);
  });

  test('I2: the same message id is accepted once, also after its turn', () => {
    const moment = createMoment();
    const once = drain(post(buildState(), moment, 'a'), moment);
    expect(post(once, moment, 'a')).toBe(once);
  });

  test('I2: collected messages share the turn of the message before them and its one reply', () => {
    const moment = createMoment();
    let state = startTurn(post(buildState(), moment, 'a'), moment)!.state;
    state = post(post(post(state, moment, 'b'), moment, 'c', { busy: 'collect' }), moment, 'd');
    const call = state.calls[0]!;
    state = drain(finishTurn(state, call, answered(), moment), moment);
    expect(rows(state)).toEqual([
      '1 user done a',
      '1 assistant complete',
      '2 user done b',
      '2 user done c',
      '2 assistant complete',
      '3 user done d',
      '3 assistant complete',
    ]);
    expect(outcomesOf(state.messages).map((outcome) => outcome.messageIds)).toEqual([
      ['a'],
      ['b', 'c'],
      ['d'],
    ]);
  });

  test('I2: a withdrawn message gets a turn of its own and no reply', () => {
    const moment = createMoment();
    let state = startTurn(post(buildState(), moment, 'a'), moment)!.state;
    state = post(post(state, moment, 'b'), moment, 'c');
    state = withdrawMessage(state, moment, 'b');
    state = drain(finishTurn(state, state.calls[0]!, answered(), moment), moment);
    expect(rows(state)).toEqual([
      '1 user done a',
      '1 assistant complete',
      '2 user done b',
      '2 notice withdrawn',
      '3 user done c',
      '3 assistant complete',
    ]);
  });

  test('a message whose turn has begun cannot be withdrawn', () => {
    const moment = createMoment();
    const state = startTurn(post(buildState(), moment, 'a'), moment)!.state;
    expect(withdrawMessage(state, moment, 'a')).toBe(state);
  });

  test('an interrupted turn keeps its partial text, marked as such', () => {
    const moment = createMoment();
    const started = startTurn(post(buildState(), moment, 'a'), moment)!;
    const asked = interruptTurn(started.state, 1);
    expect(asked.running?.isInterrupted).toBe(true);
    const end = answered({ text: 'half an ans', finish: 'interrupted' });
    const state = finishTurn(asked, started.call, end, moment);
    expect(rows(state)).toEqual(['1 user done a', '1 assistant partial']);
  });

  test('an interrupt that names another turn does nothing', () => {
    const moment = createMoment();
    const { state } = startTurn(post(buildState(), moment, 'a'), moment)!;
    expect(interruptTurn(state, 2)).toBe(state);
  });

  test.each([
    ['stopped before the first word', { kind: 'stopped' } as const, '1 notice interrupted'],
    ['an answer without text', answered({ text: '' }), '1 notice failed'],
    [
      'a final failure',
      { kind: 'failed', failure: { code: 'model-auth', reason: '' } } as const,
      '1 notice failed',
    ],
  ])('I2: %s is an outcome too', (_name, end, expected) => {
    const moment = createMoment();
    expect(rows(runTurn(post(buildState(), moment, 'a'), moment, end))).toEqual(['1 user done a', expected]);
  });

  test('what waits is answered in the new chapter after a reset', () => {
    const moment = createMoment();
    let state = startTurn(post(buildState(), moment, 'a'), moment)!.state;
    state = resetSession(post(state, moment, 'b'), moment);
    state = drain(finishTurn(state, state.calls[0]!, answered(), moment), moment);
    expect(state.messages.map((row) => [row.turn, row.chapter, row.role])).toEqual([
      [1, 1, 'user'],
      [2, 2, 'user'],
      [1, 1, 'assistant'],
      [2, 2, 'assistant'],
    ]);
  });

  test('a session with a reset prompt opens each chapter with a greeting of turn 0', () => {
    const moment = createMoment();
    const settings = { ...buildState().settings, resetPrompt: 'Greet the user.' };
    let state = drain(buildState({ settings }), moment);
    state = drain(post(resetSession(state, moment), moment, 'a'), moment);
    expect(rows(state)).toEqual([
      '0 assistant complete',
      '0 assistant complete',
      '1 user done a',
      '1 assistant complete',
    ]);
  });

  test('a message that finds the session idle goes first on the shared queue, one that waited goes second', () => {
    const moment = createMoment();
    let state = post(post(buildState(), moment, 'a'), moment, 'b');
    const first = startTurn(state, moment)!;
    expect(first.state.running?.priority).toBe(1);
    state = finishTurn(first.state, first.call, answered(), moment);
    expect(startTurn(state, moment)!.state.running?.priority).toBe(2);
  });

  test('a full inbox refuses with the reason, and the refusal is the outcome', () => {
    const moment = createMoment();
    const settings = { ...buildState().settings, maxWaiting: 1 };
    let state = startTurn(post(buildState({ settings }), moment, 'a'), moment)!.state;
    state = post(post(state, moment, 'b'), moment, 'c');
    const refusal = state.messages.find((row) => row.status === 'refused');
    expect(refusal).toMatchObject({ replyTo: 'c', problem: { code: 'session-busy' } });
    state = drain(finishTurn(state, state.calls[0]!, answered(), moment), moment);
    expect(outcomesOf(state.messages).map(({ outcome, messageIds }) => [outcome, messageIds])).toEqual([
      ['refused', ['c']],
      ['replied', ['a']],
      ['replied', ['b']],
    ]);
  });
});
