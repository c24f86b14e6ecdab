import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { archiveSession } from '../../engine/sessions/archive-session.ts';
import { owner } from '../../engine/caller.ts';
import { createSession } from '../../engine/sessions/create-session.ts';
import { deleteSession } from '../../engine/sessions/delete-session.ts';
import type { Engine } from '../../engine/engine.ts';
import { interruptTurn } from '../../engine/messages/interrupt-turn.ts';
import { listSessions } from '../../engine/sessions/list-sessions.ts';
import { openSession } from '../../engine/sessions/open-session.ts';
import { postMessage } from '../../engine/messages/post-message.ts';
import { createDataConverter } from '../../runtime/data-converter.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { findOpenReceipt } from '../../store/receipts.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createApiSession } from '../harness/api-session.ts';
import { createTalkingModel } from '../harness/talking-model.ts';
import { until } from '../harness/until.ts';

/** Nobody listens there. */
const nowhere = '127.0.0.1:1';

let server: ApiServer;
beforeAll(async () => {
  const model = createTalkingModel();
  server = await openApiServer({ infer: () => model.infer });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe('while the database is away', () => {
  let away: Database;
  let engine: Engine;
  beforeAll(() => {
    away = openDatabase(`postgresql://${nowhere}/none`);
    const { temporal, namespace } = server.engine;
    const client = new Client({
      connection: temporal.connection,
      namespace,
      dataConverter: createDataConverter(away),
    });
    engine = { ...server.engine, database: away, temporal: client };
  });
  afterAll(() => away.close());

  test('I1: a message is accepted and gets its outcome', async () => {
    const session = await createApiSession(server);
    const posted = await postMessage(engine, owner, session.key, { text: 'hello', id: 'a' });
    expect(posted).toEqual({ kind: 'accepted', messageId: 'a' });
    await session.untilStatus('a', 'done');
    expect((await session.messages()).map(({ text }) => text)).toEqual(['hello', 'echo: hello']);
  });

  test('a text that is kept in the database is refused, for it could not be kept', async () => {
    const session = await createApiSession(server);
    const text = 'x'.repeat(200 * 1024);
    await expect(postMessage(engine, owner, session.key, { text })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'database-unavailable',
    });
    expect(await session.messages()).toEqual([]);
  });

  test('a running turn can be interrupted', async () => {
    const session = await createApiSession(server);
    await session.accept('a', 'hang');
    await session.untilStatus('a', 'running');
    expect(await interruptTurn(engine, owner, session.key)).toBe(true);
    await session.untilStatus('a', 'done');
  });

  test('a session can be made, changed and shown; the database learns of it later', async () => {
    const { facts } = await createSession(engine, owner, { title: 'Made in the dark' });
    const archived = await archiveSession(engine, owner, facts.key, 'later');
    expect(archived.facts).toMatchObject({ title: 'Made in the dark', archivedReason: 'later' });
    expect((await openSession(engine, owner, facts.key)).facts.archivedAt).not.toBeNull();
    const row = await until(() => server.call('GET', `/api/sessions/${facts.key}`), { what: 'the row' });
    expect(row.body).toMatchObject({ status: 'archived', title: 'Made in the dark' });
  });

  test('an unknown session is still 404, and lists say that the database is away', async () => {
    const nobody = { kind: 'not-found', code: 'unknown-session' };
    await expect(openSession(engine, owner, 'nobody')).rejects.toMatchObject(nobody);
    await expect(postMessage(engine, owner, 'nobody', { text: 'x' })).rejects.toMatchObject(nobody);
    await expect(
      listSessions(engine, owner, { status: 'all', sort: 'recent', limit: 10 }),
    ).rejects.toMatchObject({ code: 'database-unavailable' });
  });
});

describe('while Temporal is away', () => {
  test('nothing is accepted, and nothing is changed', async () => {
    const session = await createApiSession(server);
    const connection = Connection.lazy({ address: nowhere });
    const { namespace } = server.engine;
    const engine: Engine = { ...server.engine, temporal: new Client({ connection, namespace }) };
    const { key } = session;
    const asked = [
      postMessage(engine, owner, key, { text: 'hello' }),
      archiveSession(engine, owner, key),
      deleteSession(engine, owner, key),
      createSession(engine, owner, { key: 'new-one' }),
    ];
    for (const answer of await Promise.allSettled(asked))
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'temporal-unavailable' } });
    expect(await session.messages()).toEqual([]);
    expect((await session.show()).status).toBe('active');
    expect(await findOpenReceipt(engine.database, key)).toBeUndefined();
    expect((await server.call('GET', '/api/sessions/new-one')).status).toBe(404);
    await connection.close();
  });
});

describe('while no worker runs', () => {
  test('I1: what is posted and changed is kept, and done when one runs again', async () => {
    const session = await createApiSession(server);
    await session.post({ text: 'first', wait: true });
    await server.stopWorkers();
    try {
      await session.accept('a', 'hello');
      expect((await session.messages()).at(-1)).toMatchObject({ id: 'a', status: 'waiting' });
      expect(await session.verb('pin')).toMatchObject({ status: 200 });
    } finally {
      await server.startWorkers();
    }
    await session.untilStatus('a', 'done');
    await until(async () => (await session.show()).status === 'pinned', { what: 'the pin' });
  });
});
