import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { carryState, openCarry } from '../../domain/carry.ts';
import { confirmProjection } from '../../domain/changes.ts';
import { assembleContext } from '../../domain/context.ts';
import { groupRows } from '../../domain/context-rows.ts';
import type { CallContext, ContextMessage } from '../../domain/model-call.ts';
import type { Message } from '../../domain/message.ts';
import { finishTurn, startTurn, type StartedCall } from '../../domain/turns.ts';
import { answered, buildState, createMoment, post } from '../harness/session-driver.ts';
import { asking, askFor, takeStep } from '../harness/tool-turns.ts';

const texts = fc.oneof(
  fc.string({ minLength: 1, maxLength: 400 }),
  fc.string({ unit: fc.constantFrom('会', '话', '。', 'a', ' '), minLength: 1, maxLength: 400 }),
);
/** A call: its argument and its result. */
const calls = fc.tuple(texts, texts);
const steps = fc.record({
  said: fc.option(texts, { nil: '' }),
  calls: fc.array(calls, { minLength: 1, maxLength: 3 }),
});
const turns = fc.record({ question: texts, steps: fc.array(steps, { maxLength: 3 }), answer: texts });
type Turn = typeof turns extends fc.Arbitrary<infer Value> ? Value : never;

/** A session with finished turns, and one that has taken its steps and asks the model again. */
function talk(earlier: readonly Turn[], now: Turn): StartedCall {
  const moment = createMoment();
  let state = buildState({ instructions: 'Be brief.', label: 'titled' });
  for (const [index, turn] of [...earlier, now].entries()) {
    let at = startTurn(post(state, moment, `q${index}`, { text: turn.question }), moment)!;
    for (const step of turn.steps) {
      const tools = step.calls.map(([given]) => askFor('look', { arguments: JSON.stringify({ given }) }));
      at = takeStep(
        at,
        moment,
        asking(tools, { text: step.said }),
        step.calls.map(([, result]) => result),
      );
    }
    if (turn === now) return at;
    state = finishTurn(at.state, at.call, answered({ text: turn.answer }), moment);
  }
  throw new Error('There is no turn.');
}

/** The results that should follow each message with calls at once, and what follows; every other result is one too many. */
function requirePairs(messages: readonly ContextMessage[]): void {
  const wanted = messages.flatMap(({ toolCalls = [] }) => toolCalls.map(({ callId }) => callId));
  const found = messages.flatMap(({ role, callId }) => (role === 'tool' ? [callId] : []));
  expect(found).toEqual(wanted);
  const behind = messages.flatMap(({ toolCalls = [] }, index) =>
    messages.slice(index + 1, index + 1 + toolCalls.length).map(({ callId }) => callId),
  );
  expect(behind).toEqual(wanted);
}

const roles = ({ messages }: CallContext) => messages.map(({ role }) => role);

describe('a context with tools', () => {
  test('never exceeds the budget, never splits a call from its result, keeps the newest turns whole, instructions first', () => {
    fc.assert(
      fc.property(
        fc.array(turns, { maxLength: 5 }),
        turns,
        fc.integer({ min: 100, max: 3_000 }),
        (earlier, now, budget) => {
          const { state, call } = talk(earlier, now);
          const context = assembleContext(state, call, budget);
          expect(context.tokens).toBeLessThanOrEqual(budget);
          requirePairs(context.messages);
          expect(context.instructions.startsWith('Be brief.')).toBe(true);
          const whole = assembleContext(state, call, 10_000_000).messages;
          const own = whole.slice(whole.findLastIndex(({ role }) => role === 'user'));
          const kept = context.messages.slice(
            0,
            context.messages.findLastIndex(({ role }) => role === 'user'),
          );
          const before = whole.slice(0, whole.length - own.length);
          // What is left of earlier turns is their newest part, word for word, from the beginning of a turn.
          expect(kept).toEqual(before.slice(before.length - kept.length));
          expect(kept[0]?.role ?? 'user').toBe('user');
        },
      ),
    );
  });

  test('with room for all shows all of the running turn', () => {
    const { state, call } = talk([], {
      question: 'why?',
      steps: [
        {
          said: 'Hm.',
          calls: [
            ['a', 'b'],
            ['c', 'd'],
          ],
        },
        { said: '', calls: [['e', 'f']] },
      ],
      answer: '',
    });
    expect(assembleContext(state, call, 4_000).messages).toEqual([
      { role: 'user', text: 'why?' },
      {
        role: 'assistant',
        text: 'Hm.',
        toolCalls: [
          { callId: 'c1-0', name: 'look', arguments: '{"given":"a"}' },
          { callId: 'c1-1', name: 'look', arguments: '{"given":"c"}' },
        ],
      },
      { role: 'tool', callId: 'c1-0', text: 'b' },
      { role: 'tool', callId: 'c1-1', text: 'd' },
      {
        role: 'assistant',
        text: '',
        toolCalls: [{ callId: 'c2-0', name: 'look', arguments: '{"given":"e"}' }],
      },
      { role: 'tool', callId: 'c2-0', text: 'f' },
    ]);
  });

  test('offers tools to replies that do not close their turn, and to nothing else', () => {
    const turn: Turn = { question: 'why?', steps: [{ said: '', calls: [['a', 'b']] }], answer: '' };
    const { state, call } = talk([], turn);
    expect(assembleContext(state, call, 4_000)).toMatchObject({ tools: null, step: 2 });
    const closing = assembleContext(state, { ...call, isClosing: true }, 4_000);
    expect(closing.tools).toBeUndefined();
    expect(closing.instructions).toContain('You have used all the tool calls');
    expect(assembleContext(state, { ...call, kind: 'title' }, 4_000).tools).toBeUndefined();
  });

  test('titles are made of words alone, and a summary knows what tools gave', () => {
    const turn: Turn = { question: 'why?', steps: [{ said: '', calls: [['a', 'because']] }], answer: 'so' };
    const { state, call } = talk([turn], { ...turn });
    const text = (kind: 'title' | 'summary') =>
      assembleContext(state, { ...call, kind, throughTurn: 1 }, 4_000).messages[0]?.text;
    expect(text('title')).toBe('User: why?\n\nAssistant: so');
    expect(text('summary')).toContain('Tool look({"given":"a"}): because');
  });

  test('what a run carries to the next shows the next turn the same', () => {
    fc.assert(
      fc.property(fc.array(turns, { minLength: 1, maxLength: 5 }), turns, (earlier, now) => {
        const moment = createMoment();
        const { state, call } = talk(earlier, now);
        const done = finishTurn(state, call, answered(), moment);
        const settled = confirmProjection({ ...done, contextLimit: 1_000 }, done.revision);
        const [here, there] = [settled, openCarry(carryState(settled))].map((from) =>
          startTurn(post(from, createMoment(), 'next'), createMoment())!,
        );
        const shown = assembleContext(here!.state, here!.call, 900);
        expect(assembleContext(there!.state, there!.call, 900)).toEqual(shown);
        expect(roles(shown).at(-1)).toBe('user');
      }),
    );
  });
});

const row = (position: number, change: Partial<Message>): Message => ({
  id: `r${position}`,
  position,
  turn: 1,
  chapter: 1,
  role: 'tool',
  text: 'result',
  at: 0,
  status: 'done',
  revision: position,
  ...change,
});

const call = (callId: string) => ({ callId, name: 'look', arguments: '{}', state: 'done' as const });

describe('what does not belong together', () => {
  test('a result without its call is left out, and a call without a result is told so', () => {
    const rows = [
      row(1, { role: 'user', text: 'hi' }),
      row(2, {}),
      row(3, { toolCall: { ...call('c1-0'), state: 'started' }, text: '' }),
      row(4, { toolCall: call('c1-0') }),
    ];
    const messages = groupRows(rows).flat();
    requirePairs(messages);
    expect(messages.map(({ role, text }) => `${role} ${text}`)).toEqual([
      'user hi',
      'assistant ',
      'tool There is no result.',
      'assistant ',
      'tool result',
    ]);
  });
});
