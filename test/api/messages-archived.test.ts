import { afterEach, describe, expect, test } from '@jest/globals';
import type { ArchivedInbound } from '../../domain/commands.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createApiSession, type ApiSession } from '../harness/api-session.ts';
import { createTalkingModel } from '../harness/talking-model.ts';

let server: ApiServer | undefined;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

async function archivedSession(archivedInbound: ArchivedInbound): Promise<ApiSession> {
  const model = createTalkingModel();
  server = await openApiServer({ infer: () => model.infer, session: { archivedInbound } });
  const session = await createApiSession(server);
  await session.verb('archive');
  return session;
}

describe('a message to an archived session', () => {
  test('restore: it is accepted, brings the session back with a notice, and is answered', async () => {
    const session = await archivedSession('restore');
    const posted = await session.post({ text: 'hello', id: 'a' });
    expect(posted).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect((await session.show()).status).toBe('active');
    expect((await session.post({ text: 'hello', id: 'a', wait: true })).body).toMatchObject({
      outcome: 'replied',
    });
    expect((await session.messages()).map(({ status }) => status).toSorted()).toEqual([
      'complete',
      'done',
      'info',
    ]);
  });

  test('reject: the sender is told, and nothing changes', async () => {
    const session = await archivedSession('reject');
    expect(await session.post({ text: 'hello' })).toMatchObject({
      status: 409,
      body: { code: 'session-archived' },
    });
    expect(await session.messages()).toEqual([]);
    expect((await session.show()).status).toBe('archived');
  });

  test('hold: it is kept, can be withdrawn, and is answered when the session returns', async () => {
    const session = await archivedSession('hold');
    for (const id of ['a', 'b'])
      expect(await session.post({ text: `text ${id}`, id, wait: true })).toMatchObject({
        status: 202,
        body: { messageId: id, status: 'held' },
      });
    expect(await session.messages()).toMatchObject([{ status: 'held' }, { status: 'held' }]);
    expect(await session.show()).toMatchObject({ status: 'archived', waiting: 2 });
    expect(await session.post({ text: 'text a', id: 'a' })).toMatchObject({
      status: 202,
      body: { status: 'held' },
    });
    expect((await session.delete('/messages/b')).body).toMatchObject({ outcome: 'withdrawn' });
    await session.verb('restore');
    expect((await session.post({ text: 'text a', id: 'a', wait: true })).body).toMatchObject({
      outcome: 'replied',
      reply: { text: 'echo: text a' },
    });
  });
});
