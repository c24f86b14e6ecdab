import { describe, expect, test } from '@jest/globals';
import { createState } from '../../domain/create-state.ts';
import { forkOrigin } from '../../domain/fork.ts';
import { outcomesOf } from '../../domain/rows.ts';
import type { SessionState } from '../../domain/session-state.ts';
import { beginTools } from '../../domain/tools/begin-tools.ts';
import { cutMiddle, longestShownResult } from '../../domain/tools/cut-middle.ts';
import { answerApproval, denyTool, finishTool, stopTools } from '../../domain/tools/finish-tool.ts';
import { asksForTools, beginStep } from '../../domain/tools/next-step.ts';
import { finishTurn, startTurn, type StartedCall } from '../../domain/turns.ts';
import {
  answered,
  buildCreate,
  buildResult,
  buildState,
  createMoment,
  post,
} from '../harness/session-driver.ts';
import { asking, askFor, pendingIds, takeStep } from '../harness/tool-turns.ts';

const begin = (moment = createMoment()): StartedCall =>
  startTurn(post(buildState({ label: 'titled' }), moment, 'a'), moment)!;

const toolRows = ({ messages }: SessionState) => messages.filter(({ role }) => role === 'tool');
const callsOf = (state: SessionState) => toolRows(state).map(({ toolCall }) => toolCall);

describe('a step', () => {
  test('I2: makes a row of each call, and only the answer at the end is the outcome', () => {
    const moment = createMoment();
    const started = begin(moment);
    const result = asking([askFor('now'), askFor('look', { arguments: '{"at":1}' })], {
      text: 'Let me see.',
    });
    const next = takeStep(started, moment, result, ['noon', 'a tree']);
    expect(outcomesOf(next.state.messages)).toEqual([]);
    expect(callsOf(next.state)).toEqual([
      { callId: 'c1-0', name: 'now', arguments: '{}', said: 'Let me see.', state: 'done' },
      { callId: 'c1-1', name: 'look', arguments: '{"at":1}', state: 'done' },
    ]);
    expect(toolRows(next.state).map(({ text }) => text)).toEqual(['noon', 'a tree']);
    const done = finishTurn(next.state, next.call, answered({ text: 'It is noon.' }), moment);
    expect(outcomesOf(done.messages)).toMatchObject([{ outcome: 'replied', messageIds: ['a'] }]);
    // Tokens of all model calls of the turn.
    expect(done.messages.at(-1)?.usage).toEqual({ inputTokens: 20, outputTokens: 10 });
  });

  test('is followed by a model call under the next number, which knows what came before', () => {
    const moment = createMoment();
    const { call } = takeStep(begin(moment), moment, asking([askFor('now')], { attempts: 3 }), ['noon']);
    expect(call).toEqual({
      id: 'c2',
      kind: 'reply',
      turn: 1,
      chapter: 1,
      step: 2,
      earlier: { attempts: 3, reason: 'step' },
    });
  });

  test('lets what steers join before the next model call', () => {
    const moment = createMoment();
    const { state, call } = begin(moment);
    const result = asking([askFor('now')]);
    const begun = beginTools(state, call, result, moment);
    const steered = post(begun, moment, 'b', { busy: 'steer' });
    const next = beginStep(finishTool(steered, 'c1-0', { state: 'done', text: 'noon' }), call, {
      kind: 'answered',
      result,
    });
    expect(next.state.running?.messageIds).toEqual(['a', 'b']);
  });

  test('shows at most 16,000 characters of a result, cut in its middle', () => {
    const moment = createMoment();
    const text = `${'a'.repeat(20_000)}${'z'.repeat(20_000)}`;
    const { state } = takeStep(begin(moment), moment, asking([askFor('read')]), [text]);
    const shown = toolRows(state)[0]!.text;
    expect(shown.length).toBeLessThanOrEqual(longestShownResult);
    expect(shown).toMatch(/^a+\n\[… 24000 characters left out …\]\nz+$/);
    expect(cutMiddle('short', 10)).toBe('short');
  });

  test('does not make the very same call a third time in a turn', () => {
    const moment = createMoment();
    let at = begin(moment);
    for (let step = 0; step < 2; step += 1) at = takeStep(at, moment, asking([askFor('now')]), ['noon']);
    const third = beginTools(at.state, at.call, asking([askFor('now'), askFor('look')]), moment);
    expect(pendingIds(third)).toEqual(['c3-1']);
    expect(toolRows(third).at(-2)).toMatchObject({
      status: 'done',
      text: expect.stringContaining('twice in this turn already'),
      toolCall: { state: 'failed' },
    });
  });

  test('makes sixteen calls at once, and tells the model of the rest', () => {
    const moment = createMoment();
    const { state, call } = begin(moment);
    const many = Array.from({ length: 20 }, (_, index) => askFor('look', { arguments: `{"at":${index}}` }));
    const begun = beginTools(state, call, asking(many), moment);
    expect(pendingIds(begun)).toHaveLength(16);
    expect(
      toolRows(begun)
        .slice(16)
        .every(({ text }) => text.startsWith('Too many calls at once')),
    ).toBe(true);
  });

  test('tells the model what was wrong with a call that cannot be made', () => {
    const moment = createMoment();
    const { state, call } = begin(moment);
    const begun = beginTools(
      state,
      call,
      asking([askFor('nope', { fault: 'There is no such tool.' })]),
      moment,
    );
    expect(pendingIds(begun)).toEqual([]);
    expect(toolRows(begun)).toMatchObject([
      { text: 'There is no such tool.', toolCall: { state: 'failed' } },
    ]);
  });
});

const limited = (moment = createMoment()) => ({
  moment,
  ...takeStep(begin(moment), moment, asking([askFor('now')], { isLastStep: true }), ['noon']),
});

describe('the last step', () => {
  test('is followed by one call without tools', () => {
    const { call } = limited();
    expect(call.isClosing).toBe(true);
    expect(asksForTools(call, { kind: 'answered', result: asking([askFor('now')]) })).toBe(false);
  });

  test('I2: ends in a sentence when the model has none', () => {
    const { state, call, moment } = limited();
    const done = finishTurn(state, call, answered({ text: '' }), moment);
    expect(outcomesOf(done.messages)).toMatchObject([
      { outcome: 'failed', row: { problem: { code: 'tool-limit' }, text: expect.stringContaining('steps') } },
    ]);
  });

  test('comes whatever a configuration says: no turn takes more than a hundred', () => {
    const moment = createMoment();
    let at = begin(moment);
    while (at.call.isClosing !== true) at = takeStep(at, moment, asking([askFor('now')]), []);
    expect(at.call.step).toBe(101);
  });
});

const waiting = () => {
  const moment = createMoment();
  const { state, call } = begin(moment);
  const tools = [askFor('pay', { arguments: '{"sum":5}', approvalMs: 60_000 }), askFor('now')];
  const asked = beginTools(state, call, asking(tools), moment);
  return { asked, id: asked.running!.tools![0]!.approval!.id, moment };
};

describe('a call that a person has to allow', () => {
  test('waits, with a notice that says for what; the others go on', () => {
    const { asked } = waiting();
    expect(callsOf(asked).map((call) => call?.state)).toEqual(['approval', 'started']);
    expect(asked.messages.find(({ role }) => role === 'notice')).toMatchObject({
      status: 'info',
      text: 'The assistant wants to use pay with {"sum":5}. Allow or deny it.',
    });
    // People should see it without waiting for the turn's end.
    expect(asked.urgentRevision).toBeGreaterThan(1);
  });

  test('goes on when it is allowed, once', () => {
    const { asked, id } = waiting();
    const allowed = answerApproval(asked, { id, allow: true });
    expect(callsOf(allowed)[0]).toEqual({
      callId: 'c1-0',
      name: 'pay',
      arguments: '{"sum":5}',
      state: 'started',
    });
    expect(answerApproval(allowed, { id, allow: false })).toBe(allowed);
  });

  test('is not made when it is denied or nobody answers, and the model is told', () => {
    const { asked, id } = waiting();
    const denied = answerApproval(asked, { id, allow: false });
    expect(pendingIds(denied)).toEqual(['c1-1']);
    expect(toolRows(denied)[0]).toMatchObject({
      text: expect.stringContaining('did not allow'),
      status: 'done',
    });
    const expired = denyTool(asked, 'c1-0', 'tool-expired');
    expect(toolRows(expired)[0]?.text).toContain('Nobody allowed this call in time');
  });

  test('takes no answer for another one, and no answer that is none', () => {
    const { asked, id } = waiting();
    expect(answerApproval(asked, { id: 'other', allow: true })).toBe(asked);
    expect(answerApproval(asked, { id, allow: 'yes' as unknown as boolean })).toBe(asked);
  });
});

describe('a turn that is stopped while tools are used', () => {
  test('I2: has one outcome, and every call has a result', () => {
    const moment = createMoment();
    const { state, call } = begin(moment);
    const tools = [askFor('pay', { approvalMs: 60_000 }), askFor('look')];
    const begun = beginTools(state, call, asking(tools), moment);
    const done = finishTurn(begun, call, { kind: 'stopped' }, moment);
    expect(callsOf(done).map((made) => made?.state)).toEqual(['failed', 'unknown']);
    expect(outcomesOf(done.messages)).toMatchObject([
      { outcome: 'interrupted', row: { text: 'Stopped while tools were used.' } },
    ]);
    expect(stopTools(done)).toBe(done);
  });
});

test('a fork gives its calls other ids than those it took over', () => {
  const moment = createMoment();
  const next = takeStep(begin(moment), moment, asking([askFor('now')]), ['noon']);
  const done = finishTurn(next.state, next.call, { kind: 'answered', result: buildResult() }, moment);
  const fork = forkOrigin('s-test', done.messages, 1);
  if (typeof fork === 'string') throw new Error(fork);
  const forked = startTurn(post(createState('s-fork', buildCreate({ fork })), moment, 'b'), moment)!;
  expect(forked.call.id).toBe('c2');
});
