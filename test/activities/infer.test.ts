import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Context } from '@temporalio/activity';
import { openFakeOpenAi, type FakeOpenAi, type FakeRequest } from '../../bench/fake-openai.ts';
import type { FakeAnswer } from '../../bench/fake-openai-answer.ts';
import type { CallReports } from '../../activities/call-reports.ts';
import { createInferenceActivities } from '../../activities/infer.ts';
import type { TokenSupply } from '../../activities/token-supply.ts';
import type { LiveEvent } from '../../domain/live-event.ts';
import { openModels } from '../../models/open-models.ts';
import type { CallContext, InferenceActivities } from '../../workflows/protocol.ts';
import { allClosed } from '../harness/closed-circuit.ts';
import { openSessionServer, type SessionServer } from '../harness/session-server.ts';
import { noTools } from '../harness/no-tools.ts';
import { until } from '../harness/until.ts';
import { buildContext, configFor } from '../models/calls.ts';

type Infer = InferenceActivities['infer'];

const isTitle = ({ body }: FakeRequest) => body.messages[0]?.content.startsWith('Write a title') === true;

let model: FakeOpenAi;
let server: SessionServer;
let inference: InferenceActivities;
/** What the model does with replies, in order; an ordinary answer when there is none left. */
let answers: FakeAnswer[] = [];
let events: LiveEvent[] = [];
let prepared: CallContext | undefined;
const unlimitedTokens: TokenSupply = {
  take: () => Promise.resolve({ isGranted: true, waitMs: 0 }),
  correct: () => undefined,
};
let supply = unlimitedTokens;
const reported: string[] = [];
const reports: CallReports = {
  began: ({ session, kind, priority }) => reported.push(`${session} ${kind} ${priority} began`),
  wrote: () => undefined,
  paused: ({ session }, { reason, attempt }) =>
    reported.push(`${session} waits for ${reason} after ${attempt}`),
  ended: ({ session }, tokens) =>
    reported.push(`${session} ended ${tokens > 0 ? 'with' : 'without'} an answer`),
};
/** Stands before the activity; a test may put something in its way. */
let around: (next: Infer) => Infer = (next) => next;

const replies = () => model.requests.filter((request) => !isTitle(request));
const eventsOf = (key: string) => events.filter((event) => event.session === key);
const kindsOf = (key: string) => eventsOf(key).map(({ kind }) => kind);

beforeAll(async () => {
  model = await openFakeOpenAi({ answer: (request) => (isTitle(request) ? undefined : answers.shift()) });
  server = await openSessionServer((input) => around((given) => inference.infer(given))(input));
  inference = createInferenceActivities({
    client: server.client,
    models: openModels(configFor(model.baseUrl)),
    takePrepared: () => prepared,
    addLiveEvents: (added) => Promise.resolve(void events.push(...added)),
    tokens: {
      take: (tokens, aheadSeconds) => supply.take(tokens, aheadSeconds),
      correct: (extra) => supply.correct(extra),
    },
    ...noTools,
    reports,
    circuit: allClosed,
  });
});
afterEach(() => {
  answers = [];
  events = [];
  prepared = undefined;
  around = (next) => next;
  supply = unlimitedTokens;
});
afterAll(async () => {
  await server.stop();
  await model[Symbol.asyncDispose]();
});

const titled = { label: 'has a title' };
const error500: FakeAnswer = { kind: 'error', status: 500, message: 'boom' };

describe('a model call within a limit of tokens', () => {
  test('asks for what it needs and puts right what it used', async () => {
    const taken: number[] = [];
    const extra: number[] = [];
    supply = {
      take: (tokens) => {
        taken.push(tokens);
        return Promise.resolve({ isGranted: true, waitMs: 0 });
      },
      correct: (tokens) => extra.push(tokens),
    };
    const session = await server.start(titled);
    await session.post('a', { text: 'the question' });
    const { row } = await session.outcome('a');
    expect(taken).toHaveLength(1);
    expect(taken[0]! + extra[0]!).toBe(row.usage!.inputTokens + row.usage!.outputTokens);
  });

  test('that has to wait gives its slot back, and is no second attempt afterwards', async () => {
    const taken: number[] = [];
    // Asks again after a refusal, and does not after a promise.
    const grants = [
      { isGranted: false, waitMs: 50 },
      { isGranted: true, waitMs: 50 },
    ];
    supply = {
      take: (tokens) => {
        taken.push(tokens);
        return Promise.resolve(grants.shift()!);
      },
      correct: () => undefined,
    };
    const session = await server.start(titled);
    await session.post('a');
    expect((await session.outcome('a')).row.status).toBe('complete');
    expect(taken).toHaveLength(2);
    expect(kindsOf(session.key)).toEqual(['turn.started', 'token']);
    expect(eventsOf(session.key)[0]).toMatchObject({ attempt: 1 });
    expect(reported.filter((line) => line.startsWith(session.key))).toEqual([
      `${session.key} waits for tokens after 0`,
      `${session.key} waits for tokens after 0`,
      `${session.key} reply 1 began`,
      `${session.key} ended with an answer`,
    ]);
  });
});

describe('a model call', () => {
  test('is shown its session’s context and gives the turn its reply, with live text on the way', async () => {
    const session = await server.start(titled);
    answers = [{ kind: 'text', text: 'one two three four', wordDelayMs: 40 }];
    await session.post('a', { text: 'the question' });
    const { row } = await session.outcome('a');
    expect(row).toMatchObject({ text: 'one two three four', status: 'complete', model: 'openai:small' });
    expect(row.usage).toEqual({ inputTokens: 11, outputTokens: 4 });
    expect(replies().at(-1)?.body.messages.at(-1)).toEqual({ role: 'user', content: 'the question' });
    expect(eventsOf(session.key)[0]).toMatchObject({
      kind: 'turn.started',
      attempt: 1,
      messageIds: ['a'],
      turn: 1,
    });
    expect(
      kindsOf(session.key)
        .slice(1)
        .every((kind) => kind === 'token'),
    ).toBe(true);
  });

  test('uses what was prepared for it instead of asking, on its first attempt', async () => {
    const session = await server.start(titled);
    prepared = buildContext({ messages: [{ role: 'user', text: 'as prepared' }] });
    answers = [error500];
    const before = replies().length;
    await session.post('a', { text: 'as the session knows it' });
    await session.outcome('a');
    const shown = replies()
      .slice(before)
      .map(({ body }) => body.messages.at(-1)?.content);
    expect(shown).toEqual(['as prepared', 'as the session knows it']);
  });

  test('asks again when what was prepared does not fit the model', async () => {
    const session = await server.start(titled);
    prepared = buildContext({ tokens: 1_000_000 });
    await session.post('a', { text: 'as the session knows it' });
    await session.outcome('a');
    expect(replies().at(-1)?.body.messages.at(-1)?.content).toBe('as the session knows it');
  });

  test('an interrupt keeps the text so far and closes the provider’s connection', async () => {
    const session = await server.start(titled);
    answers = [{ kind: 'hang', text: 'so far' }];
    await session.post('a');
    await until(() => eventsOf(session.key).some(({ kind }) => kind === 'token'), { what: 'a word' });
    const { number } = replies().at(-1)!;
    await session.signal('interrupt', {});
    expect((await session.outcome('a')).row).toMatchObject({ status: 'partial', text: 'so far' });
    await until(() => model.ends.some((end) => end.number === number && end.end === 'closed'), {
      what: 'the connection to close',
    });
  });

  test('I2: an error of the server and then an answer is one reply, and viewers are told', async () => {
    const session = await server.start(titled);
    answers = [error500];
    await session.post('a', { text: 'again' });
    expect((await session.outcome('a')).row).toMatchObject({ text: 'Answer to: again', status: 'complete' });
    const seen = eventsOf(session.key).filter(({ kind }) => kind !== 'token');
    expect(seen).toMatchObject([
      { kind: 'turn.started', attempt: 1 },
      { kind: 'turn.waiting', attempt: 1, reason: 'backoff' },
      { kind: 'turn.started', attempt: 2 },
      { kind: 'turn.reset', attempt: 2, reason: 'retry' },
    ]);
  });

  test('a worker that is lost is told from a model that failed', async () => {
    const session = await server.start(titled);
    const lost = new Set<string>();
    around = (next) => (input) => {
      if (lost.has(input.session)) return next(input);
      lost.add(input.session);
      return Context.current().cancelled;
    };
    await session.post('a', { text: 'after the loss' });
    expect((await session.outcome('a')).row.text).toBe('Answer to: after the loss');
    expect(eventsOf(session.key)).toContainEqual(
      expect.objectContaining({ kind: 'turn.reset', attempt: 2, reason: 'worker-lost' }),
    );
  }, 30_000);

  test('a rate limit is waited for as long as the provider says', async () => {
    const session = await server.start(titled);
    answers = [{ kind: 'error', status: 429, message: 'slow', headers: { 'retry-after': '2' } }];
    await session.post('a');
    expect((await session.outcome('a')).row.status).toBe('complete');
    const [first, second] = replies().slice(-2);
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(1_950);
  });

  test.each<[string, FakeAnswer, string, number]>([
    ['a wrong key', { kind: 'error', status: 401, message: 'bad key' }, 'model-auth', 1],
    ['an HTML page', { kind: 'raw', body: '<html>', contentType: 'text/html' }, 'model-garbled', 3],
    ['an answer without a word', { kind: 'text', text: '' }, 'model-empty', 3],
  ])(
    'I2: %s ends in one outcome that says why',
    async (_name, answer, code, times) => {
      const session = await server.start(titled);
      const before = replies().length;
      answers = Array.from({ length: 8 }, () => answer);
      await session.post('a');
      const { row } = await session.outcome('a');
      expect(row).toMatchObject({ role: 'notice', status: 'failed', problem: { code } });
      expect(row.text.length).toBeGreaterThan(20);
      expect(replies().length - before).toBe(times);
    },
    40_000,
  );

  test('a call that its session does not wait for spends nothing', async () => {
    const session = await server.start(titled);
    const before = replies().length;
    const thrown: unknown[] = [];
    around = (next) => (input) =>
      next({ ...input, call: 'c99' }).catch((failure: unknown) => {
        thrown.push(failure);
        throw failure;
      });
    await session.post('a');
    await session.outcome('a');
    expect(thrown).toMatchObject([{ type: 'StaleCall', nonRetryable: true }]);
    expect(replies()).toHaveLength(before);
  });

  test('a side channel that is away costs nobody a reply', async () => {
    const session = await server.start(titled);
    const alone = createInferenceActivities({
      client: server.client,
      models: openModels(configFor(model.baseUrl)),
      takePrepared: () => undefined,
      addLiveEvents: () => Promise.reject(new Error('the database is away')),
      tokens: unlimitedTokens,
      ...noTools,
      reports,
      circuit: allClosed,
    });
    around = () => (input) => alone.infer(input);
    await session.post('a', { text: 'anyway' });
    expect((await session.outcome('a')).row.text).toBe('Answer to: anyway');
  });
});

const withFallback = (fallback: string): InferenceActivities =>
  createInferenceActivities({
    client: server.client,
    models: openModels({ ...configFor(model.baseUrl), fallbacks: [fallback] }),
    takePrepared: () => undefined,
    addLiveEvents: (added) => Promise.resolve(void events.push(...added)),
    tokens: unlimitedTokens,
    ...noTools,
    reports,
    circuit: allClosed,
  });

describe('a model call that fails for good', () => {
  test('I2: is asked of the fallback, under the next number, and its viewers are told', async () => {
    const own = withFallback('openai:second');
    around = () => (input) => own.infer(input);
    const nothing: FakeAnswer = { kind: 'text', text: '' };
    answers = [nothing, nothing, nothing];
    const session = await server.start(titled);
    await session.post('a', { text: 'the question' });
    expect((await session.outcome('a')).row).toMatchObject({ status: 'complete', model: 'openai:second' });
    expect(eventsOf(session.key).findLast(({ kind }) => kind === 'turn.started')).toMatchObject({
      attempt: 4,
    });
    expect(eventsOf(session.key).findLast(({ kind }) => kind === 'turn.reset')).toMatchObject({
      attempt: 4,
      reason: 'fallback',
    });
  });

  test('is asked of no other model when the request itself is refused', async () => {
    const own = withFallback('openai:second');
    around = () => (input) => own.infer(input);
    answers = [{ kind: 'error', status: 401, message: 'no such key' }];
    const session = await server.start(titled);
    await session.post('a');
    expect((await session.outcome('a')).row).toMatchObject({ problem: { code: 'model-auth' } });
  });
});

test('a worker that stops leaves the call to another, and is no interruption', async () => {
  const stopping = await openSessionServer((input) => around((given) => inference.infer(given))(input));
  const own = createInferenceActivities({
    client: stopping.client,
    models: openModels(configFor(model.baseUrl)),
    takePrepared: () => undefined,
    addLiveEvents: () => Promise.resolve(),
    tokens: unlimitedTokens,
    ...noTools,
    reports,
    circuit: allClosed,
  });
  const thrown: unknown[] = [];
  around = () => (input) =>
    own.infer(input).catch((failure: unknown) => {
      thrown.push(failure);
      throw failure;
    });
  answers = [{ kind: 'hang', text: 'so far' }];
  const before = replies().length;
  const session = await stopping.start(titled);
  await session.post('a');
  await until(() => replies().length > before, { what: 'the request' });
  await stopping.stop();
  expect(thrown).toMatchObject([{ type: 'WorkerShutdown', nonRetryable: false }]);
}, 60_000);
