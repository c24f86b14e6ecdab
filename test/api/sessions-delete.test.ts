import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { apiSession, createApiSession } from '../harness/api-session.ts';
import type { SessionPageJson } from '../harness/api-shapes.ts';
import { createTalkingModel } from '../harness/talking-model.ts';
import { until } from '../harness/until.ts';

interface Deleted {
  readonly receipt: { readonly id: string; readonly erasedAt: string | null };
}

let server: ApiServer;
beforeAll(async () => {
  const model = createTalkingModel();
  server = await openApiServer({ infer: () => model.infer });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Tables that hold anything of a session, receipts apart. */
async function tablesWith(key: string): Promise<readonly string[]> {
  const { kysely } = server.engine.database;
  const { rows } = await sql<{ table: string; column: string }>`
    select format('%I.%I', table_schema, table_name) as table, column_name as column
    from information_schema.columns
    where table_schema in ('projection', 'vault') and table_name <> 'receipt'
      and (column_name = 'session_key' or (table_name = 'session' and column_name = 'key'))
  `.execute(kysely);
  const found: string[] = [];
  for (const { table, column } of rows) {
    const count = await sql`
      select from ${sql.raw(table)} where ${sql.ref(column)} = ${key} limit 1`.execute(kysely);
    if (count.rows.length > 0) found.push(table);
  }
  return found.toSorted();
}

const untilErased = (key: string) =>
  until(async () => (await server.call('GET', `/api/sessions/${key}`)).status === 404, {
    what: `session ${key} to be erased`,
    deadlineMs: 90_000,
  });

describe('deleting a session', () => {
  test('is 202 with a receipt, 410 while it is erased, then 404; nothing is left and the key is free', async () => {
    const session = await createApiSession(server, { key: 'doomed', title: 'Doomed' });
    const large = 'x'.repeat(200 * 1024);
    await session.post({ text: large, id: 'a', wait: true });
    await session.verb('read', { upTo: 'a' });
    expect(await tablesWith('doomed')).toEqual([
      'projection.message',
      'projection.session',
      'vault.payload_blob',
      'vault.read_mark',
    ]);
    await session.accept('b', 'hang');
    await session.untilStatus('b', 'running');

    const { status, body } = await session.delete<Deleted>();
    expect(status).toBe(202);
    expect(body.receipt).toMatchObject({ sessionKey: 'doomed', reason: 'deleted', erasedAt: null });
    for (const answer of [
      await server.call('GET', '/api/sessions/doomed'),
      await session.post({ text: 'hello?' }),
      await session.verb('archive'),
      await session.verb('interrupt'),
      await server.call('POST', '/api/sessions/create', { key: 'doomed' }),
    ])
      expect(answer).toMatchObject({ status: 410, body: { code: 'session-deleted' } });
    expect((await session.delete<Deleted>()).body.receipt.id).toBe(body.receipt.id);
    const listed = await server.call<SessionPageJson>('GET', '/api/sessions?status=all&limit=200');
    expect(listed.body.items.map(({ key }) => key)).not.toContain('doomed');

    await untilErased('doomed');
    expect(await tablesWith('doomed')).toEqual([]);
    expect(await session.delete()).toMatchObject({ status: 404, body: { code: 'unknown-session' } });
    const receipt = await server.call('GET', `/api/receipts/${body.receipt.id}`);
    expect(receipt).toMatchObject({ status: 200, body: { reason: 'deleted', erasedAt: expect.any(String) } });
  }, 120_000);

  test('I2: interrupts what runs, withdraws what waits, and tells those who wait for it', async () => {
    const session = await createApiSession(server);
    const running = session.post({ text: 'hang', id: 'runs', wait: 60 });
    await session.untilStatus('runs', 'running');
    const waiting = session.post({ text: 'later', id: 'waits', wait: 60 });
    await session.untilStatus('waits', 'waiting');
    expect(await session.delete()).toMatchObject({ status: 202 });
    expect(await running).toMatchObject({ status: 200, body: { outcome: 'interrupted' } });
    expect(await waiting).toMatchObject({ status: 200, body: { outcome: 'withdrawn' } });
  }, 60_000);

  test('of the main session is 409', async () => {
    const main = await createApiSession(server, { key: 'home' });
    expect(await main.delete()).toMatchObject({ status: 409, body: { code: 'main-session' } });
    expect((await main.show()).key).toBe('home');
  });

  test('of an unknown one is 404', async () => {
    expect(await apiSession(server, 'nobody').delete()).toMatchObject({ status: 404 });
    expect(await server.call('GET', '/api/receipts/nothing')).toMatchObject({
      status: 404,
      body: { code: 'unknown-receipt' },
    });
  });
});

describe('an ephemeral session', () => {
  test('answers its task, stays readable, and takes nothing more', async () => {
    const session = await createApiSession(server, { ephemeral: true });
    const { body } = await session.post({ text: 'one task', id: 'a', wait: true });
    expect(body).toMatchObject({ outcome: 'replied' });
    await until(async () => (await session.show())['endedAt'] !== null, { what: 'the end of the session' });
    expect(await session.messages()).toHaveLength(2);
    expect(await session.post({ text: 'more' })).toMatchObject({
      status: 410,
      body: { code: 'session-ended' },
    });
    expect(await session.verb('reset')).toMatchObject({ status: 410, body: { code: 'session-ended' } });
    expect((await session.post({ text: 'one task', id: 'a' })).body).toEqual(body);
  });
});
