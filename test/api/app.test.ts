import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import { AtriumError } from '../../domain/atrium-error.ts';
import type { HealthReport } from '../../api/health-report.ts';
import { openListeningApp, ownerToken, type ListeningApp } from '../harness/listening-app.ts';
import { openTestDatabase } from '../harness/store-database.ts';
import { ToldSession } from '../harness/told-session.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let server: ListeningApp;
let health: () => Promise<HealthReport>;
beforeAll(async () => {
  database = await openTestDatabase();
  server = await openListeningApp(database.url, { health: () => health() });
  await new ToldSession(database, 's-there').save();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type Ask = Omit<InjectOptions, 'headers'> & { readonly headers?: Record<string, string> };

async function ask({ headers, ...request }: Ask) {
  const own = { host: 'localhost:0', authorization: `Bearer ${ownerToken}` };
  const answer = await server.app.inject({ ...request, headers: { ...own, ...headers } });
  return { status: answer.statusCode, type: answer.headers['content-type'], answer };
}

const json = { 'content-type': 'application/json' };
const messages = '/api/sessions/s-there/messages';

describe('a bad request', () => {
  const cases: readonly (readonly [string, Ask, number, string])[] = [
    ['an unknown path', { url: '/api/nothing' }, 404, 'unknown-path'],
    ['a path of another method', { method: 'PUT', url: '/api/sessions' }, 405, 'method-not-allowed'],
    [
      'a known session by another method',
      { method: 'PUT', url: '/api/sessions/s-there' },
      405,
      'method-not-allowed',
    ],
    ['an unknown session', { url: '/api/sessions/s-none/events' }, 404, 'unknown-session'],
    ['a malformed key', { url: '/api/sessions/-a/events' }, 400, 'malformed-key'],
    ['a key with a NUL', { url: '/api/sessions/a%00b' }, 400, 'malformed-key'],
    ['a key of 129 characters', { url: `/api/sessions/${'a'.repeat(129)}` }, 400, 'malformed-key'],
    ['a key of 5,000 characters', { url: `/api/sessions/${'a'.repeat(5000)}` }, 400, 'malformed-key'],
    ['a reserved key', { url: '/api/sessions/archived/events' }, 400, 'reserved-key'],
    ['a path that is encoded wrongly', { url: '/api/sessions/%ff' }, 400, 'malformed-path'],
    [
      'broken JSON',
      { method: 'POST', url: messages, headers: json, payload: '{"text":' },
      400,
      'invalid-json',
    ],
    [
      'JSON with __proto__',
      { method: 'POST', url: messages, headers: json, payload: '{"__proto__":{}}' },
      400,
      'invalid-json',
    ],
    ['no body where one is needed', { method: 'POST', url: messages }, 400, 'invalid-body'],
    ['an empty body', { method: 'POST', url: messages, headers: json, payload: '' }, 400, 'invalid-body'],
    [
      'a body that is no object',
      { method: 'POST', url: messages, headers: json, payload: '"hello"' },
      400,
      'invalid-body',
    ],
    [
      'an unknown field',
      { method: 'POST', url: messages, headers: json, payload: '{"text":"a","txt":"b"}' },
      400,
      'invalid-body',
    ],
    [
      'a field of a wrong type',
      { method: 'POST', url: messages, headers: json, payload: '{"text":1}' },
      400,
      'invalid-body',
    ],
    ['an unknown query field', { url: '/api/events?q=1' }, 400, 'invalid-query'],
    ['an unknown query field where none is known', { url: '/api/status?verbose' }, 400, 'invalid-query'],
    ['a query field twice', { url: '/api/sessions?limit=1&limit=2' }, 400, 'invalid-query'],
    ['a limit that is none', { url: '/api/sessions?limit=many' }, 400, 'invalid-query'],
    [
      'a text',
      { method: 'POST', url: messages, headers: { 'content-type': 'text/plain' }, payload: 'a' },
      415,
      'unsupported-media-type',
    ],
    [
      'a form',
      {
        method: 'POST',
        url: messages,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: 'a=b',
      },
      415,
      'unsupported-media-type',
    ],
    [
      'a body of 7 MB',
      { method: 'POST', url: messages, headers: json, payload: JSON.stringify({ text: 'a'.repeat(7e6) }) },
      413,
      'body-too-large',
    ],
  ];
  test.each(cases)('%s', async (_name, request, status, code) => {
    const { type, answer } = await ask(request);
    expect([answer.statusCode, type]).toEqual([status, 'application/problem+json']);
    expect(answer.json()).toEqual({
      type: `urn:atrium:problem:${code}`,
      title: expect.any(String),
      status,
      code,
      detail: expect.stringMatching(/^\S.*\.$/),
    });
  });

  test('names the field that is wrong', async () => {
    const { answer } = await ask({ url: '/api/sessions?limit=999' });
    expect(answer.json<{ detail: string }>().detail).toContain('limit');
  });

  test('learns which methods a path has', async () => {
    const { answer } = await ask({ method: 'PUT', url: '/api/sessions/s-there/messages' });
    expect(answer.headers['allow']).toBe('GET, HEAD, POST');
  });
});

describe('an answer', () => {
  test('says to browsers that it is for nobody else', async () => {
    const { answer } = await ask({ url: '/api/status' });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
  });

  test('to a HEAD of a stream ends', async () => {
    const answer = await server.fetch('/api/sessions/s-there/events', { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    expect(await answer.text()).toBe('');
  });

  test('to what nobody foresaw says no more than under which id the log has it', async () => {
    health = () => Promise.reject(new Error('the secret of the house'));
    const { answer } = await ask({ url: '/readyz' });
    const problem = answer.json<{ instance: string; detail: string }>();
    expect(problem).toMatchObject({
      status: 500,
      code: 'internal',
      instance: expect.stringMatching(/^urn:atrium:error:/),
    });
    expect(JSON.stringify(problem)).not.toContain('secret of the house');
    const id = problem.instance.split(':').at(-1)!;
    expect(
      server.log.find((line) => line.includes('the secret of the house') && line.includes(id)),
    ).toBeDefined();
  });
});

describe('the health of the server', () => {
  test('alive is whoever answers', async () => {
    health = () => Promise.reject(new Error('no part answers'));
    const { answer } = await ask({ url: '/healthz' });
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  test('ready is who has all parts', async () => {
    const parts = { database: { state: 'ok' }, workers: { state: 'starting', detail: 'A moment.' } } as const;
    health = () => Promise.resolve({ ready: false, parts });
    const waiting = await ask({ url: '/readyz' });
    expect([waiting.status, waiting.answer.json()]).toEqual([503, { status: 'unavailable', parts }]);
    health = () => Promise.resolve({ ready: true, parts: { database: { state: 'ok' } } });
    expect((await ask({ url: '/readyz' })).status).toBe(200);
  });
});

describe('the log', () => {
  test('has a line for each answer, without words of a person', async () => {
    const before = server.log.length;
    await ask({ url: '/api/sessions?q=diary' });
    await ask({ method: 'POST', url: messages, headers: json, payload: '{"text":1,"diary":"x"}' });
    await ask({ url: '/healthz' });
    const lines = server.log.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['GET', '/api/sessions', 200],
      ['POST', messages, 400],
    ]);
    expect(JSON.stringify(lines)).not.toContain('diary');
  });
});

test('every kind of error has a status', async () => {
  const { problemOf } = await import('../../api/problem.ts');
  const statuses = (
    [
      'not-found',
      'gone',
      'conflict',
      'invalid',
      'too-large',
      'unauthorized',
      'forbidden',
      'busy',
      'unavailable',
    ] as const
  ).map((kind) => problemOf(new AtriumError(kind, 'a-code', 'A sentence.'))?.status);
  expect(statuses).toEqual([404, 410, 409, 400, 413, 401, 403, 429, 503]);
});

describe('what is no request', () => {
  test.each([
    ['rubbish\r\n\r\n', 400, 'malformed-request'],
    [`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ])('%# is a problem, too', async (text, status, code) => {
    const { port, hostname } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(text);
    await once(socket, 'close');
    const answer = Buffer.concat(chunks).toString();
    expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ status, code });
  });
});
