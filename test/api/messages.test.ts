import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createApiSession } from '../harness/api-session.ts';
import type { MessagePageJson } from '../harness/api-shapes.ts';
import { createTalkingModel } from '../harness/talking-model.ts';

let server: ApiServer;
const model = createTalkingModel();
beforeAll(async () => {
  server = await openApiServer({ infer: () => model.infer, session: { maxWaiting: 3 } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe('posting a message', () => {
  test('is 202 with an id of ours, and the message is in the list at once', async () => {
    const session = await createApiSession(server);
    const { status, body } = await session.post({ text: 'hang on' });
    expect({ status, body }).toEqual({
      status: 202,
      body: { messageId: expect.stringMatching(/^m-[a-z2-7]{20}$/), status: 'accepted' },
    });
    expect(await session.messages()).toMatchObject([
      { id: body.messageId, role: 'user', text: 'hang on', turn: 1 },
    ]);
    expect(await session.verb('interrupt')).toMatchObject({ status: 202 });
    await session.untilStatus(body.messageId, 'done');
  });

  test('with wait is 200 with the reply', async () => {
    const session = await createApiSession(server);
    const { status, body } = await session.post({ text: 'hello', id: 'a', wait: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      messageId: 'a',
      outcome: 'replied',
      reply: { role: 'assistant', text: 'echo: hello', turn: 1, replyTo: 'a', status: 'complete' },
    });
    expect(body.problem).toBeUndefined();
    expect(await session.messages()).toMatchObject([
      { id: 'a', status: 'done', turn: 1 },
      { text: 'echo: hello', turn: 1 },
    ]);
    expect(await session.show()).toMatchObject({ turnCount: 1, unreadCount: 1, waiting: 0, running: false });
  });

  test('with wait says why there is no reply', async () => {
    const session = await createApiSession(server);
    const { status, body } = await session.post({ text: 'fail please', wait: 30 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ outcome: 'failed', problem: { code: 'model-rejected', status: 502 } });
    expect(body.reply).toBeUndefined();
  });

  test('with wait is 202 when the time is up, and the turn goes on', async () => {
    const session = await createApiSession(server);
    const { status, body } = await session.post({ text: 'hang', id: 'slow', wait: 1 });
    expect({ status, body }).toEqual({ status: 202, body: { messageId: 'slow', status: 'accepted' } });
    await session.untilStatus('slow', 'running');
    expect(await session.verb('interrupt')).toMatchObject({ status: 202, body: { interrupted: true } });
    const again = await session.post({ text: 'hang', id: 'slow', wait: true });
    expect(again.body).toMatchObject({
      outcome: 'interrupted',
      reply: { status: 'partial', text: 'so far' },
    });
  });

  test('I2: the same id again returns the first outcome and asks no model', async () => {
    const session = await createApiSession(server);
    const first = await session.post({ text: 'once', id: 'same', wait: true });
    const asked = model.shown.length;
    expect(await session.post({ text: 'once', id: 'same', wait: true })).toEqual(first);
    expect(await session.post({ text: 'once', id: 'same' })).toEqual(first);
    expect(model.shown.slice(asked).filter(({ kind }) => kind === 'reply')).toEqual([]);
    expect(await session.messages()).toHaveLength(2);
  });

  test('the same id with another text is 409 and changes nothing', async () => {
    const session = await createApiSession(server);
    await session.post({ text: 'first', id: 'same', wait: true });
    const other = await session.post({ text: 'second', id: 'same' });
    expect(other).toMatchObject({ status: 409, body: { code: 'id-reused' } });
    const reply = (await session.messages()).at(-1)!;
    expect(await session.post({ text: reply.text, id: reply.id })).toMatchObject({ status: 409 });
    expect(await session.messages()).toHaveLength(2);
  });

  test('I2: of posts at once with one id, the first is accepted and the others are told', async () => {
    const session = await createApiSession(server);
    const posts = ['one', 'two', 'one'].map((text) => session.post({ text, id: 'same', wait: true }));
    const [first, other, again] = await Promise.all(posts);
    expect(first).toMatchObject({ status: 200, body: { outcome: 'replied' } });
    expect(other).toMatchObject({ status: 409, body: { code: 'id-reused' } });
    expect(again).toEqual(first);
  });

  test('posts at once fill the inbox no further than posts one after the other', async () => {
    const session = await createApiSession(server);
    await session.accept('first', 'hang');
    await session.untilStatus('first', 'running');
    const posts = await Promise.all([1, 2, 3, 4, 5].map((n) => session.post({ text: `text ${n}` })));
    expect(posts.map(({ status }) => status)).toEqual([202, 202, 202, 429, 429]);
    await session.verb('interrupt');
  });

  test('I4: while the model is busy messages wait in order, and a full inbox is 429', async () => {
    const session = await createApiSession(server);
    await session.accept('first', 'hang');
    await session.untilStatus('first', 'running');
    for (const id of ['b', 'c', 'd']) await session.accept(id, `text ${id}`);
    expect(await session.show()).toMatchObject({ running: true, waiting: 3 });
    expect(await session.post({ text: 'one too many' })).toMatchObject({
      status: 429,
      body: { code: 'session-busy' },
    });
    const last = session.post({ text: 'text d', id: 'd', wait: true });
    await session.verb('interrupt');
    expect((await last).body).toMatchObject({ outcome: 'replied' });
    expect((await session.messages()).map(({ text }) => text)).toEqual([
      'hang',
      'so far',
      'text b',
      'echo: text b',
      'text c',
      'echo: text c',
      'text d',
      'echo: text d',
    ]);
  });

  test('large texts go through whole', async () => {
    const session = await createApiSession(server);
    const text = '文'.repeat(80 * 1024);
    expect((await session.post({ text, wait: true })).body).toMatchObject({ outcome: 'replied' });
    expect((await session.messages())[0]?.text).toBe(text);
  });
});

describe('interrupting and withdrawing', () => {
  test('interrupt with nothing running is 200 and says so', async () => {
    const session = await createApiSession(server);
    expect(await session.verb('interrupt')).toEqual(
      expect.objectContaining({ status: 200, body: { interrupted: false } }),
    );
  });

  test('interrupt of a named turn leaves another alone', async () => {
    const session = await createApiSession(server);
    await session.accept('a', 'hang');
    await session.untilStatus('a', 'running');
    expect(await session.verb('interrupt', { turn: 7 })).toMatchObject({ status: 200 });
    expect((await session.show()).running).toBe(true);
    expect(await session.verb('interrupt', { turn: 1 })).toMatchObject({ status: 202 });
    await session.untilStatus('a', 'done');
  });

  test('I2: a message that waits can be withdrawn, one whose turn has begun cannot', async () => {
    const session = await createApiSession(server);
    await session.accept('a', 'hang');
    await session.untilStatus('a', 'running');
    await session.accept('b', 'later');
    const withdrawn = await session.delete('/messages/b');
    expect(withdrawn).toMatchObject({ status: 200, body: { messageId: 'b', outcome: 'withdrawn' } });
    expect(await session.delete('/messages/b')).toEqual(withdrawn);
    expect((await session.show()).waiting).toBe(0);
    expect(await session.delete('/messages/a')).toMatchObject({
      status: 409,
      body: { code: 'message-running' },
    });
    await session.verb('interrupt');
    await session.untilStatus('a', 'done');
    expect(await session.delete('/messages/a')).toMatchObject({
      status: 409,
      body: { code: 'message-done' },
    });
    expect(await session.delete('/messages/unknown')).toMatchObject({
      status: 404,
      body: { code: 'unknown-message' },
    });
  });
});

describe('reading messages', () => {
  test('pages lead from the newest to the oldest, each message once', async () => {
    const session = await createApiSession(server);
    for (const id of ['a', 'b', 'c']) await session.post({ text: id, id, wait: true });
    const page = async (query: string) =>
      (await server.call<MessagePageJson>('GET', `/api/sessions/${session.key}/messages?limit=4${query}`))
        .body;
    const newest = await page('');
    expect(newest.items.map(({ text }) => text)).toEqual(['b', 'echo: b', 'c', 'echo: c']);
    const cursor = encodeURIComponent(newest.nextCursor!);
    const oldest = await page(`&cursor=${cursor}`);
    expect(oldest).toMatchObject({ items: [{ text: 'a' }, { text: 'echo: a' }], nextCursor: null });
    expect(await page(`&before=${cursor}`)).toEqual(oldest);
    expect((await page('&before=b')).items).toEqual(oldest.items);
  });

  test('the read mark counts down what is unread and never moves back', async () => {
    const session = await createApiSession(server);
    for (const id of ['a', 'b']) await session.post({ text: id, id, wait: true });
    const rows = await session.messages();
    expect((await session.show())['unreadCount']).toBe(2);
    const read = (upTo: string | undefined) => session.verb('read', { upTo });
    expect((await read(rows[1]?.id)).body).toMatchObject({ session: { unreadCount: 1 } });
    expect((await read(rows[3]?.id)).body).toMatchObject({ session: { unreadCount: 0 } });
    expect((await read(rows[1]?.id)).body).toMatchObject({ session: { unreadCount: 0 } });
    expect(await read('unknown')).toMatchObject({ status: 404, body: { code: 'unknown-message' } });
  });

  test('reset leaves the earlier chapter readable and shows the model nothing of it', async () => {
    const session = await createApiSession(server);
    await session.post({ text: 'before', wait: true });
    await session.verb('reset');
    await session.post({ text: 'after', wait: true });
    expect(model.shown.findLast(({ kind }) => kind === 'reply')?.messages.map(({ text }) => text)).toEqual([
      'after',
    ]);
    expect((await session.messages('?chapter=1')).map(({ text }) => text)).toEqual([
      'before',
      'echo: before',
    ]);
    expect((await session.messages('?chapter=2')).map(({ text }) => text)).toEqual(['after', 'echo: after']);
    expect(await session.messages()).toHaveLength(4);
  });
});
