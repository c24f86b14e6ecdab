import { describe, expect, test } from '@jest/globals';
import { openFakeOpenAi, type FakeOpenAi } from '../../bench/fake-openai.ts';
import type { FakeAnswer } from '../../bench/fake-openai-answer.ts';
import { openModels } from '../../models/open-models.ts';
import type { TimeLimits } from '../../models/time-limits.ts';
import { until } from '../harness/until.ts';
import { buildContext, configFor, failureOf, readAll } from './calls.ts';

const openAnswering = (answer: FakeAnswer): Promise<FakeOpenAi> => openFakeOpenAi({ answer: () => answer });

const error = (status: number, message: string, change: object = {}): FakeAnswer => ({
  kind: 'error',
  status,
  message,
  ...change,
});
const raw = (body: string, contentType: string): FakeAnswer => ({ kind: 'raw', body, contentType });

describe.each(['anthropic', 'ollama'])('a model behind the protocol of %s', (kind) => {
  const modelsOf = (server: FakeOpenAi, limits: Partial<TimeLimits> = {}, key?: string) =>
    openModels(configFor(server.origin, key, kind), limits);
  const ask = async (server: FakeOpenAi, limits: Partial<TimeLimits> = {}, key?: string) =>
    readAll(await modelsOf(server, limits, key).resolve(null));

  test('answers word by word, with usage as reported', async () => {
    await using server = await openAnswering({ kind: 'text', text: 'one two three' });
    const { parts, text, finish, usage } = await ask(server);
    expect(parts.filter((part) => part !== '')).toEqual(['one', ' two', ' three']);
    expect({ text, finish, usage: { ...usage, cachedInputTokens: undefined } }).toEqual({
      text: 'one two three',
      finish: 'stop',
      usage: { inputTokens: 11, outputTokens: 3 },
    });
  });

  test('is shown instructions and messages in order, with the configured key', async () => {
    await using server = await openFakeOpenAi();
    const model = await modelsOf(server, {}, 'the-key').resolve(null);
    const said = [
      { role: 'user', text: 'a' },
      { role: 'assistant', text: 'b' },
      { role: 'user', text: 'c' },
    ] as const;
    await readAll(model, buildContext({ messages: said }));
    const [request] = server.requests;
    expect(request?.authorization).toMatch(/^(Bearer )?the-key$/);
    expect(request?.body.model).toBe('small');
    expect(request?.body.messages.map(({ role, content }) => [role, content])).toEqual([
      ['system', 'Be brief.'],
      ['user', 'a'],
      ['assistant', 'b'],
      ['user', 'c'],
    ]);
  });

  test('a dialogue that the model opened is sent as one that a person opens', async () => {
    await using server = await openFakeOpenAi();
    const said = [
      { role: 'assistant', text: 'Good morning!' },
      { role: 'user', text: 'Hello' },
    ] as const;
    await readAll(await modelsOf(server).resolve(null), buildContext({ messages: said }));
    const roles = server.requests[0]?.body.messages.map(({ role }) => role);
    expect(roles).toEqual(['system', 'user', 'assistant', 'user']);
  });

  test('that hits its output limit says so', async () => {
    await using server = await openAnswering({ kind: 'text', text: 'half an', finish: 'length' });
    expect(await ask(server)).toMatchObject({ text: 'half an', finish: 'length' });
  });

  test('repeats the key nowhere', async () => {
    await using server = await openAnswering(error(401, 'Incorrect API key: very-secret-word'));
    const failure = await failureOf(ask(server, {}, 'very-secret-word'));
    expect(JSON.stringify([failure.failure, failure.message])).not.toContain('very-secret-word');
  });

  test.each<[string, FakeAnswer, string, unknown]>([
    ['bad request', error(400, 'unknown field'), 'model-rejected', 'never'],
    ['too long', error(400, 'prompt is too long: 9000 tokens > 8000'), 'context-too-long', 'never'],
    ['a wrong key', error(401, 'who are you'), 'model-auth', 'never'],
    ['no such model', error(404, 'model not found'), 'model-unknown', 'never'],
    ['rate limit', error(429, 'slow down'), 'model-rate-limited', 'soon'],
    ['server error', error(500, 'boom'), 'model-overloaded', 'soon'],
    ['overload', error(529, 'Overloaded', { code: 'overloaded_error' }), 'model-overloaded', 'soon'],
    ['cut in the middle', { kind: 'cut', text: 'one two' }, 'model-cut-off', 'soon'],
    ['end without an end', { kind: 'text', text: 'one', finish: null }, 'model-cut-off', 'soon'],
    ['an empty answer', { kind: 'text', text: '' }, 'model-empty', 'soon'],
  ])('%s is one error that says what it is, after one request', async (_name, answer, code, retry) => {
    await using server = await openAnswering(answer);
    const failure = await failureOf(ask(server));
    expect({ code: failure.failure.code, retry: failure.retry }).toEqual({ code, retry });
    expect(failure.failure.reason).not.toMatch(/[\n{}]|https?:/);
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, FakeAnswer]>([
    ['before its first word', { kind: 'hang' }],
    ['in the middle', { kind: 'hang', text: 'so far' }],
  ])('stops with its connection %s', async (_name, answer) => {
    await using server = await openAnswering(answer);
    const model = await modelsOf(server).resolve(null);
    const stop = new AbortController();
    const call = readAll(model, buildContext(), stop.signal).catch(String);
    await until(() => server.requests.length === 1, { what: 'the request' });
    stop.abort(new Error('enough'));
    expect(await call).toBe('Error: enough');
    await until(() => server.ends[0]?.end === 'closed', { what: 'the connection to close' });
  });

  test('a check asks for the list of models', async () => {
    await using server = await openFakeOpenAi({ models: ['small', 'nomic-embed-text'] });
    const models = modelsOf(server);
    expect(await models.check()).toEqual({ model: `${kind}:small`, state: 'ready', problem: null });
    expect(await models.checkAll()).toEqual([
      { name: kind, kind, models: ['small', 'nomic-embed-text'], problem: null },
    ]);
    expect(server.requests).toEqual([]);
  });
});

describe('a refusal', () => {
  test('of Anthropic’s comes as the reason why the model stops', async () => {
    await using server = await openAnswering({ kind: 'text', text: 'I', finish: 'content_filter' });
    const models = openModels(configFor(server.origin, 'k', 'anthropic'));
    const failure = await failureOf(readAll(await models.resolve(null)));
    expect(failure).toMatchObject({ failure: { code: 'model-refused' }, retry: 'never' });
  });
});

describe('an error in the middle of a stream', () => {
  test.each([
    [
      'anthropic',
      raw(
        'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
        'text/event-stream',
      ),
    ],
    ['ollama', raw('{"error":"model runner has unexpectedly stopped"}\n', 'application/x-ndjson')],
  ])('of %s may succeed later', async (kind, answer) => {
    await using server = await openAnswering(answer);
    const models = openModels(configFor(server.origin, 'k', kind));
    const { failure, retry } = await failureOf(readAll(await models.resolve(null)));
    expect(failure.code).toMatch(/^model-(overloaded|failed)$/);
    expect(retry).toBe('soon');
  });
});
