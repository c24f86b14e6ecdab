import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createTalkingModel } from '../harness/talking-model.ts';

let server: ApiServer;
beforeAll(async () => {
  const model = createTalkingModel();
  server = await openApiServer({ infer: () => model.infer });
  await server.call('POST', '/api/sessions/create', { key: 'there', title: 'There', tags: ['a'] });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

type Case = readonly [
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body: unknown,
  status: number,
  code: string,
  names?: string,
];

const mebibyte = 'x'.repeat(1024 * 1024);
const loneSurrogate = '\ud800';
const longKey = 'k'.repeat(129);
const create = '/api/sessions/create';
const there = '/api/sessions/there';
const messages = `${there}/messages`;

const cases: readonly Case[] = [
  // Keys, in every place that takes one.
  ['POST', create, { key: '' }, 400, 'malformed-key'],
  ['POST', create, { key: '-first' }, 400, 'malformed-key'],
  ['POST', create, { key: 'with space' }, 400, 'malformed-key'],
  ['POST', create, { key: longKey }, 400, 'malformed-key'],
  ['POST', create, { key: 'nul\0' }, 400, 'malformed-key'],
  ['POST', create, { key: 'créé' }, 400, 'malformed-key'],
  ['POST', create, { key: 'archived' }, 400, 'reserved-key'],
  ['POST', create, { key: 'create' }, 400, 'reserved-key'],
  ['GET', '/api/sessions/nobody', undefined, 404, 'unknown-session'],
  ['GET', '/api/sessions/There', undefined, 404, 'unknown-session'],
  ['GET', `/api/sessions/${longKey}`, undefined, 400, 'malformed-key'],
  ['GET', '/api/sessions/a%00b', undefined, 400, 'malformed-key'],
  ['GET', '/api/sessions/a%2Fb', undefined, 400, 'malformed-key'],
  ['GET', '/api/sessions/%E6%96%87', undefined, 400, 'malformed-key'],
  ['GET', '/api/sessions/create', undefined, 400, 'reserved-key'],
  ['PATCH', '/api/sessions/nobody', { title: 'x' }, 404, 'unknown-session'],
  ['PATCH', '/api/sessions/archived', { title: 'x' }, 400, 'reserved-key'],
  ['DELETE', '/api/sessions/a%20b', undefined, 400, 'malformed-key'],
  ...['archive', 'restore', 'pin', 'unpin', 'reset', 'interrupt', 'fork'].flatMap((verb): Case[] => [
    ['POST', `/api/sessions/nobody/${verb}`, undefined, 404, 'unknown-session'],
    ['POST', `/api/sessions/a%20b/${verb}`, {}, 400, 'malformed-key'],
    ['POST', `${there}/${verb}`, { surprise: 1 }, 400, 'invalid-body', 'surprise'],
    ['POST', `${there}/${verb}`, [], 400, 'invalid-body'],
  ]),
  ['POST', '/api/sessions/nobody/read', { upTo: 'a' }, 404, 'unknown-session'],
  ['POST', '/api/sessions/nobody/messages', { text: 'x' }, 404, 'unknown-session'],
  ['GET', '/api/sessions/nobody/messages', undefined, 404, 'unknown-session'],
  ['DELETE', '/api/sessions/nobody/messages/a', undefined, 404, 'unknown-session'],

  // Fields of a session.
  ['POST', create, { titel: 'x' }, 400, 'invalid-body', 'titel'],
  ['POST', create, { key: 7 }, 400, 'invalid-body', 'key'],
  ['POST', create, 'text', 400, 'invalid-body'],
  ['POST', create, { ephemeral: 'yes' }, 400, 'invalid-body', 'ephemeral'],
  ['POST', create, { scope: 'galaxy' }, 400, 'invalid-body', 'scope'],
  ['PATCH', there, { title: 'x'.repeat(201) }, 400, 'invalid-body', 'title'],
  ['PATCH', there, { title: '   ' }, 400, 'invalid-body', 'title'],
  ['PATCH', there, { title: 'two\nlines' }, 400, 'invalid-body', 'title'],
  ['PATCH', there, { title: `x${loneSurrogate}` }, 400, 'invalid-body', 'title'],
  ['PATCH', there, { title: null }, 400, 'invalid-body', 'title'],
  ['PATCH', there, { label: '' }, 400, 'invalid-body', 'label'],
  ['PATCH', there, { tags: 'a' }, 400, 'invalid-body', 'tags'],
  ['PATCH', there, { tags: Array.from({ length: 21 }, (_, n) => `t${n}`) }, 400, 'invalid-body', 'tags'],
  ['PATCH', there, { tags: ['x'.repeat(51)] }, 400, 'invalid-body', 'tags'],
  ['PATCH', there, { tags: ['nul\0'] }, 400, 'invalid-body', 'tags'],
  ['PATCH', there, { model: 'two words' }, 400, 'invalid-body', 'model'],
  ['PATCH', there, { model: '' }, 400, 'invalid-body', 'model'],
  ['PATCH', there, { instructions: '文'.repeat(11_000) }, 400, 'invalid-body', 'instructions'],
  ['PATCH', there, { instructions: 'nul\0' }, 400, 'invalid-body', 'instructions'],
  ['PATCH', there, { scope: 'global' }, 400, 'invalid-body', 'scope'],
  ['PATCH', there, { archivedAt: null }, 400, 'invalid-body', 'archivedAt'],
  ['POST', `${there}/archive`, { reason: 'x'.repeat(501) }, 400, 'invalid-body', 'reason'],
  ['POST', `${there}/archive`, { reason: loneSurrogate }, 400, 'invalid-body', 'reason'],
  ['POST', `${there}/fork`, { turn: -1 }, 400, 'invalid-body', 'turn'],
  ['POST', `${there}/fork`, { turn: 1.5 }, 400, 'invalid-body', 'turn'],
  ['POST', `${there}/interrupt`, { turn: '1' }, 400, 'invalid-body', 'turn'],

  // Messages.
  ['POST', messages, {}, 400, 'invalid-body', 'text'],
  ['POST', messages, undefined, 400, 'invalid-body'],
  ['POST', messages, { text: 7 }, 400, 'invalid-body', 'text'],
  ['POST', messages, { text: '' }, 400, 'empty-text'],
  ['POST', messages, { text: ' \n\t' }, 400, 'empty-text'],
  ['POST', messages, { text: mebibyte }, 413, 'message-too-large'],
  ['POST', messages, { text: '文'.repeat(90_000) }, 413, 'message-too-large'],
  ['POST', messages, { text: mebibyte.repeat(2) }, 413, 'message-too-large'],
  ['POST', messages, { text: 'nul\0' }, 400, 'bad-text'],
  ['POST', messages, { text: `half ${loneSurrogate}` }, 400, 'bad-text'],
  ['POST', messages, { text: 'x', id: '' }, 400, 'invalid-body', 'id'],
  ['POST', messages, { text: 'x', id: 'x'.repeat(129) }, 400, 'invalid-body', 'id'],
  ['POST', messages, { text: 'x', id: 'ö' }, 400, 'invalid-body', 'id'],
  ['POST', messages, { text: 'x', wait: 0 }, 400, 'invalid-body', 'wait'],
  ['POST', messages, { text: 'x', wait: 601 }, 400, 'invalid-body', 'wait'],
  ['POST', messages, { text: 'x', wait: 'long' }, 400, 'invalid-body', 'wait'],
  ['POST', messages, { text: 'x', busy: 'panic' }, 400, 'invalid-body', 'busy'],
  ['POST', messages, { text: 'x', role: 'assistant' }, 400, 'invalid-body', 'role'],
  ['DELETE', `${messages}/nothing`, undefined, 404, 'unknown-message'],
  ['DELETE', `${messages}/a%00b`, undefined, 404, 'unknown-message'],
  ['POST', `${there}/read`, {}, 400, 'invalid-body', 'upTo'],
  ['POST', `${there}/read`, { upTo: 'nul\0' }, 404, 'unknown-message'],
  ['GET', '/api/receipts/a%00b', undefined, 404, 'unknown-receipt'],

  // Lists.
  ...['/api/sessions', '/api/sessions/archived', messages].flatMap((path): Case[] => [
    ['GET', `${path}?limit=0`, undefined, 400, 'invalid-query', 'limit'],
    ['GET', `${path}?limit=201`, undefined, 400, 'invalid-query', 'limit'],
    ['GET', `${path}?limit=many`, undefined, 400, 'invalid-query', 'limit'],
    ['GET', `${path}?limit=1&limit=2`, undefined, 400, 'invalid-query', 'limit'],
    ['GET', `${path}?page=2`, undefined, 400, 'invalid-query', 'page'],
    ['GET', `${path}?cursor=rubbish`, undefined, 400, 'bad-cursor'],
    ['GET', `${path}?cursor=`, undefined, 400, 'bad-cursor'],
    ['GET', `${path}?cursor=a%00b`, undefined, 400, 'bad-cursor'],
    ['GET', `${path}?cursor=${'x'.repeat(5000)}`, undefined, 400, 'bad-cursor'],
  ]),
  ['GET', '/api/sessions?status=lost', undefined, 400, 'invalid-query', 'status'],
  ['GET', '/api/sessions?sort=random', undefined, 400, 'invalid-query', 'sort'],
  ['GET', '/api/sessions?q=a%00b', undefined, 400, 'invalid-query', 'q'],
  ['GET', `/api/sessions?q=${'x'.repeat(501)}`, undefined, 400, 'invalid-query', 'q'],
  ['GET', '/api/sessions?tag=a%00b', undefined, 400, 'invalid-query', 'tag'],
  ['GET', '/api/sessions/archived?status=all', undefined, 400, 'invalid-query', 'status'],
  ['GET', `${messages}?before=nothing`, undefined, 400, 'bad-cursor'],
  ['GET', `${messages}?chapter=0`, undefined, 400, 'invalid-query', 'chapter'],
];

const titleOf = ([method, path, body, status, code]: Case) =>
  `${method} ${path.slice(0, 60)} ${JSON.stringify(body)?.slice(0, 40) ?? ''} is ${status} ${code}`;

describe('bad input is a clear problem and changes nothing', () => {
  test.each(cases.map((input) => [titleOf(input), input] as const))('%s', async (_title, input) => {
    const [method, path, body, status, code, names] = input;
    const answer = await server.call<{ code: string; status: number; title: string; detail: string }>(
      method,
      path,
      body,
    );
    expect(answer).toMatchObject({
      status,
      type: 'application/problem+json',
      body: { status, code, type: expect.any(String), title: expect.any(String) },
    });
    expect(answer.body.detail.length).toBeGreaterThan(10);
    expect(answer.body.detail).toContain(names ?? '');
  });

  test('afterwards the session is as it was', async () => {
    const { body } = await server.call('GET', there);
    expect(body).toMatchObject({
      title: 'There',
      tags: ['a'],
      status: 'active',
      turnCount: 0,
      waiting: 0,
      chapter: 1,
    });
    expect((await server.call(`GET`, messages)).body).toEqual({ items: [], nextCursor: null });
  });
});

test.each(['{', '{"text":', 'text', '{"text":"x"} more'])(
  'a body that is no JSON is 400: %s',
  async (payload) => {
    const { statusCode, body } = await server.app.inject({
      method: 'POST',
      url: messages,
      payload,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${server.token}`,
        host: '127.0.0.1:4280',
      },
    });
    expect(statusCode).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'invalid-json' });
  },
);
