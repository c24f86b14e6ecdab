import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import {
  modelFailureType,
  sessionQueries,
  type CallContext,
  type CallEnd,
  type ContextAnswer,
  type InferInput,
} from '../../workflows/protocol.ts';
import { buildResult } from '../harness/session-driver.ts';
import { openSessionServer, type SessionServer } from '../harness/session-server.ts';
import { sessionWorkflowId } from '../../workflows/protocol.ts';

interface AskedCall {
  readonly input: InferInput;
  readonly context: CallContext;
}

let server: SessionServer;
let asked: AskedCall[] = [];
/** What calls of replies end with, in order; an ordinary answer when there is none left. */
let failures: ApplicationFailure[] = [];

const fail = (code: string, end?: CallEnd): ApplicationFailure =>
  ApplicationFailure.nonRetryable(code, modelFailureType, { code, reason: '' }, end);

async function infer(input: InferInput) {
  const handle = server.client.workflow.getHandle(sessionWorkflowId(input.session));
  const answer = await handle.query<ContextAnswer, [object]>(sessionQueries.context, {
    call: input.call,
    budgetTokens: 28_000,
  });
  if (answer.state === 'stale') throw ApplicationFailure.nonRetryable('stale', 'StaleCall');
  asked.push({ input, context: answer.context });
  if (answer.context.kind === 'summary') return buildResult({ text: 'the summary' });
  const failure = failures.shift();
  if (failure !== undefined) throw failure;
  return buildResult({ model: answer.context.model ?? 'first' });
}

beforeAll(async () => {
  server = await openSessionServer(infer);
});
beforeEach(() => {
  asked = [];
  failures = [];
});
afterAll(() => server.stop());

const titled = { label: 'has a title' };
const fallbackTo = (model: string, attempts: number): CallEnd => ({
  attempts,
  fallback: { model, account: null },
});

describe('a turn whose model fails for good', () => {
  test('I2: asks each fallback in order, and the one that answers gives the reply', async () => {
    failures = [
      fail('model-overloaded', fallbackTo('second', 5)),
      fail('model-unreachable', fallbackTo('third', 6)),
    ];
    const session = await server.start(titled);
    await session.post('a');
    expect((await session.outcome('a')).row).toMatchObject({ status: 'complete', model: 'third' });
    expect(asked.map(({ context, input }) => [context.model, input.earlier])).toEqual([
      [null, undefined],
      ['second', { attempts: 5, reason: 'fallback' }],
      ['third', { attempts: 6, reason: 'fallback' }],
    ]);
  });

  test('is still asked of the fallback when that finds the context too long, and the worker is told so', async () => {
    failures = [fail('model-overloaded', fallbackTo('second', 1)), fail('context-too-long', { attempts: 2 })];
    const session = await server.start(titled);
    await session.post('a', { text: 'words '.repeat(2_000) });
    expect((await session.outcome('a')).row).toMatchObject({ status: 'complete', model: 'second' });
    expect(asked.map(({ input }) => [input.earlier?.reason, input.isFallback])).toEqual([
      [undefined, undefined],
      ['fallback', true],
      ['retry', true],
    ]);
  });

  test('asks the session’s own model again in the next turn', async () => {
    failures = [fail('model-overloaded', fallbackTo('second', 1))];
    const session = await server.start(titled);
    await session.post('a');
    await session.outcome('a');
    await session.post('b');
    await session.outcome('b');
    expect(asked.map(({ context }) => context.model)).toEqual([null, 'second', null]);
  });

  test('I2: ends with one failure when the last fallback fails, too', async () => {
    failures = [
      fail('model-overloaded', fallbackTo('second', 1)),
      fail('model-unreachable', { attempts: 2 }),
    ];
    const session = await server.start(titled);
    await session.post('a');
    expect((await session.outcome('a')).row).toMatchObject({
      status: 'failed',
      problem: { code: 'model-unreachable' },
    });
    expect(asked).toHaveLength(2);
  });
});

describe('a turn whose context the model finds too long', () => {
  test('sums up its older turns and asks once more, with at most half of what was too much', async () => {
    const session = await server.start(titled);
    for (const id of ['a', 'b', 'c']) {
      await session.post(id, { text: `${id}: ${'words '.repeat(300)}` });
      await session.outcome(id);
    }
    asked = [];
    failures = [fail('context-too-long', { attempts: 1 })];
    await session.post('d', { text: 'the question' });
    expect((await session.outcome('d')).row).toMatchObject({ status: 'complete' });
    const [first, summary, second] = asked.map(({ context }) => context);
    expect([first?.kind, summary?.kind, second?.kind]).toEqual(['reply', 'summary', 'reply']);
    expect(second?.instructions).toContain('the summary');
    expect(second?.messages.at(-1)?.text).toBe('the question');
    expect(second?.tokens).toBeLessThanOrEqual((first?.tokens ?? 0) / 2);
    expect(asked[2]?.input.earlier).toEqual({ attempts: 1, reason: 'retry' });
  });

  test('without older turns shortens the message itself', async () => {
    const session = await server.start(titled);
    failures = [fail('context-too-long', { attempts: 1 })];
    await session.post('a', { text: 'words '.repeat(2_000) });
    expect((await session.outcome('a')).row.status).toBe('complete');
    expect(asked[1]?.context.messages[0]?.text).toContain('[…]');
  });

  test('I2: ends with that failure when the smaller one is too long, too', async () => {
    const session = await server.start(titled);
    failures = [fail('context-too-long', { attempts: 1 }), fail('context-too-long', { attempts: 2 })];
    await session.post('a');
    expect((await session.outcome('a')).row).toMatchObject({
      status: 'failed',
      problem: { code: 'context-too-long' },
    });
    expect(asked).toHaveLength(2);
  });
});
