import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { openFakeOpenAi, type FakeOpenAi } from '../../bench/fake-openai.ts';
import type { FakeAnswer } from '../../bench/fake-openai-answer.ts';
import type { TimeLimits } from '../../models/time-limits.ts';
import { openModels } from '../../models/open-models.ts';
import { until } from '../harness/until.ts';
import { buildContext, configFor, failureOf, readAll } from './calls.ts';

const openAnswering = (answer: FakeAnswer): Promise<FakeOpenAi> => openFakeOpenAi({ answer: () => answer });

const ask = async (server: FakeOpenAi, limits: Partial<TimeLimits> = {}, key?: string) =>
  readAll(await openModels(configFor(server.baseUrl, key), limits).resolve(null));

const error = (status: number, message: string, change: object = {}): FakeAnswer => ({
  kind: 'error',
  status,
  message,
  ...change,
});
const raw = (body: string, contentType = 'text/event-stream', status = 200): FakeAnswer => ({
  kind: 'raw',
  body,
  contentType,
  status,
});
const brief = { firstWordMs: 150, readTokenMs: 0, silenceMs: 150 };
const tooLong = 'context-too-long';

describe('a model behind the OpenAI protocol', () => {
  test('answers word by word, with usage as reported', async () => {
    await using server = await openAnswering({ kind: 'text', text: 'one two three' });
    const { parts, text, finish, usage } = await ask(server);
    expect(parts.filter((part) => part !== '')).toEqual(['one', ' two', ' three']);
    expect({ text, finish, usage }).toEqual({
      text: 'one two three',
      finish: 'stop',
      usage: { inputTokens: 11, outputTokens: 3 },
    });
  });

  test('is shown instructions and messages in order, and nothing else', async () => {
    await using server = await openFakeOpenAi();
    const model = await openModels(configFor(server.baseUrl)).resolve('openai:small');
    const said = [
      { role: 'user', text: 'a' },
      { role: 'assistant', text: 'b' },
      { role: 'user', text: 'c' },
    ] as const;
    await readAll(model, buildContext({ messages: said }));
    expect(server.requests[0]?.body).toEqual({
      model: 'small',
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
        { role: 'user', content: 'c' },
      ],
    });
  });

  test('that says nothing of usage gets an estimate', async () => {
    await using server = await openAnswering({ kind: 'text', text: 'a few words', hasUsage: false });
    expect((await ask(server)).usage).toEqual({ inputTokens: 20, outputTokens: 3, estimated: true });
  });

  test('that hits its output limit says so', async () => {
    await using server = await openAnswering({ kind: 'text', text: 'half an', finish: 'length' });
    expect(await ask(server)).toMatchObject({ text: 'half an', finish: 'length' });
  });

  test('sends the key of the configuration and repeats it nowhere', async () => {
    await using server = await openAnswering(error(401, 'Incorrect API key: very-secret-word, sk-123'));
    const failure = await failureOf(ask(server, {}, 'very-secret-word'));
    expect(server.requests[0]?.authorization).toBe('Bearer very-secret-word');
    expect(JSON.stringify([failure.failure, failure.message])).not.toMatch(/very-secret-word|sk-123/);
  });

  test.each<[string, FakeAnswer, string, unknown]>([
    ['bad request', error(400, 'unknown field'), 'model-rejected', 'never'],
    ['too long, by code', error(400, 'no', { code: 'context_length_exceeded' }), tooLong, 'never'],
    ['too long, OpenAI', error(400, "This model's maximum context length is 8192 tokens."), tooLong, 'never'],
    ['too long, llama.cpp', error(400, 'exceeds the available context size'), tooLong, 'never'],
    ['too long, others', error(413, 'prompt is too long: 9000 tokens'), tooLong, 'never'],
    ['no or wrong key', error(401, 'who are you'), 'model-auth', 'never'],
    ['nothing left to pay with', error(402, 'Insufficient Balance'), 'model-forbidden', 'never'],
    ['not allowed', error(403, 'no access'), 'model-forbidden', 'never'],
    ['no such model', error(404, 'model not found'), 'model-unknown', 'never'],
    ['rate limit', error(429, 'slow down'), 'model-rate-limited', 'soon'],
    [
      'rate limit with a time',
      error(429, 'slow down', { headers: { 'retry-after': '3' } }),
      'model-rate-limited',
      { afterMs: 3_000 },
    ],
    ['quota used up', error(429, 'pay', { code: 'insufficient_quota' }), 'model-rate-limited', 'never'],
    ['server error', error(500, 'boom'), 'model-overloaded', 'soon'],
    [
      'overload with a time',
      error(503, 'busy', { headers: { 'retry-after': '2' } }),
      'model-overloaded',
      { afterMs: 2_000 },
    ],
    ['a gateway’s page', raw('<html>Bad gateway</html>', 'text/html', 502), 'model-overloaded', 'soon'],
    ['error in the stream', raw('data: {"error":{"message":"boom"}}\n\n'), 'model-failed', 'soon'],
    ['cut in the middle', { kind: 'cut', text: 'one two' }, 'model-cut-off', 'soon'],
    ['end without an end', { kind: 'text', text: 'one', finish: null }, 'model-cut-off', 'soon'],
    ['an HTML page', raw('<html>Hello</html>', 'text/html'), 'model-garbled', 'soon'],
    ['JSON instead of a stream', raw('{"choices":[]}', 'application/json'), 'model-garbled', 'soon'],
    ['broken JSON', raw('data: {"choi\n\n'), 'model-garbled', 'soon'],
    ['no object', raw('data: null\n\n'), 'model-garbled', 'soon'],
    ['nothing at all', raw(''), 'model-garbled', 'soon'],
    ['an empty answer', { kind: 'text', text: '' }, 'model-empty', 'soon'],
    ['a refusal', { kind: 'refusal', text: 'I will not.' }, 'model-refused', 'never'],
    ['a content filter', { kind: 'text', text: 'I', finish: 'content_filter' }, 'model-refused', 'never'],
    ['a filtered prompt', error(400, 'no', { code: 'content_filter' }), 'model-refused', 'never'],
  ])('%s is one error that says what it is', async (_name, answer, code, retry) => {
    await using server = await openAnswering(answer);
    const failure = await failureOf(ask(server));
    expect({ code: failure.failure.code, retry: failure.retry }).toEqual({ code, retry });
    expect(failure.failure.reason).not.toMatch(/[\n<>]|https?:/);
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, FakeAnswer, string]>([
    ['that never answers', { kind: 'hang' }, 'no word within'],
    ['that falls silent', { kind: 'hang', text: 'one two' }, 'silent for'],
  ])('%s is left after a while, and its connection closed', async (_name, answer, reason) => {
    await using server = await openAnswering(answer);
    const failure = await failureOf(ask(server, brief));
    expect(failure.failure.code).toBe('model-timeout');
    expect(failure.failure.reason).toContain(reason);
    await until(() => server.ends[0]?.end === 'closed', { what: 'the connection to close' });
  });

  test('on this machine is given time to read a long prompt', async () => {
    await using server = await openAnswering({ kind: 'text', text: 'read it all', latencyMs: 400 });
    const model = await openModels(configFor(server.baseUrl), { firstWordMs: 50 }).resolve(null);
    expect(await readAll(model, buildContext({ tokens: 500 }))).toMatchObject({ text: 'read it all' });
  });

  test('that never stops is stopped', async () => {
    await using server = await openAnswering({ kind: 'text', text: 'a '.repeat(1_000), wordDelayMs: 20 });
    const failure = await failureOf(ask(server, { totalMs: 200 }));
    expect(failure.failure).toMatchObject({ code: 'model-timeout' });
  });

  test('stops with its connection as soon as the caller says so', async () => {
    await using server = await openAnswering({ kind: 'hang', text: 'so far' });
    const model = await openModels(configFor(server.baseUrl)).resolve(null);
    const stop = new AbortController();
    const call = readAll(model, buildContext(), stop.signal).catch(String);
    await until(() => server.requests.length === 1, { what: 'the request' });
    stop.abort(new Error('enough'));
    expect(await call).toBe('Error: enough');
    await until(() => server.ends[0]?.end === 'closed', { what: 'the connection to close' });
  });

  test('where nobody listens is unreachable', async () => {
    const port = await freePort();
    const models = openModels(configFor(`http://127.0.0.1:${port}/v1`));
    const failure = await failureOf(readAll(await models.resolve(null)));
    expect(failure).toMatchObject({ failure: { code: 'model-unreachable' }, retry: 'soon' });
    expect((await models.check()).problem?.code).toBe('model-unreachable');
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
