import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { owner } from '../../engine/caller.ts';
import { rebuildProjection, type RebuildReport } from '../../engine/past/rebuild-projection.ts';
import { verifySessions, type VerifyReport } from '../../engine/past/verify-sessions.ts';
import { emptyProjection } from '../../store/stored-session.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createScriptedModel } from '../harness/scripted-model.ts';
import { startRollingSession } from '../harness/rolling-session.ts';
import { until } from '../harness/until.ts';
import { sessionWorkflowId } from '../../workflows/protocol.ts';

const model = createScriptedModel((context) => {
  const text = context.messages.at(-1)?.text ?? '';
  if (context.kind === 'title') return { text: 'A title' };
  return text.includes('hang') ? 'hang' : { text: `answer to ${text}` };
});
let server: ApiServer;
beforeAll(async () => {
  server = await openApiServer({ infer: () => ({ infer: model.infer }) });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const create = async (key: string): Promise<void> => {
  const { status } = await server.call('POST', '/api/sessions/create', { key });
  expect(status).toBe(201);
};
const post = (key: string, text: string, wait: boolean | number = 20) =>
  server.call('POST', `/api/sessions/${key}/messages`, { text, wait });

async function verify(key?: string): Promise<VerifyReport> {
  for await (const event of verifySessions(server.engine, owner, key))
    if (event.kind === 'done') return event;
  throw new Error('No report.');
}

async function rebuild(key?: string): Promise<RebuildReport> {
  for await (const event of rebuildProjection(server.engine, owner, key))
    if (event.kind === 'done') return event;
  throw new Error('No report.');
}

/** Every byte of the projection, as text. */
async function dump(): Promise<string> {
  const { kysely } = server.engine.database;
  const { rows: sessions } = await sql<{ line: string }>`
    select s::text as line from projection.session s order by key`.execute(kysely);
  const { rows: messages } = await sql<{ line: string }>`
    select m::text as line from projection.message m order by session_key, position, id`.execute(kysely);
  return [...sessions, ...messages].map(({ line }) => line).join('\n');
}

async function postMany(key: string, count: number): Promise<void> {
  const handle = server.engine.temporal.workflow.getHandle(sessionWorkflowId(key));
  for (let index = 0; index < count; index += 1)
    await handle.signal('post', { id: `m${index}`, text: `text ${index}`, at: Date.now() });
}

const turnCounts = (keys: readonly string[]) =>
  Promise.all(
    keys.map(async (key) => (await server.call('GET', `/api/sessions/${key}`)).body['turnCount'] as number),
  );

const countRuns = async (key: string | undefined) =>
  (await server.engine.temporal.workflow.count(`WorkflowId = 'session/${key}'`)).count;

const clean = { differences: [], failures: [], incomplete: [] };

describe('verify', () => {
  test('I9: is clean after a busy session', async () => {
    await create('busy');
    await Promise.all(Array.from({ length: 12 }, (_, index) => post('busy', `m${index}`)));
    await server.call('POST', '/api/sessions/busy/archive', { reason: 'done' });
    await post('busy', 'back');
    await server.call('POST', '/api/sessions/busy/pin');
    await server.call('POST', '/api/sessions/busy/reset');
    await post('busy', 'afresh');
    await server.call('PATCH', '/api/sessions/busy', { title: 'Mine', tags: ['a', 'b'] });
    expect(await verify('busy')).toMatchObject({ ...clean, checked: 1 });
  });

  test('I9: is clean for a session that moves meanwhile', async () => {
    await create('moving');
    const stop = new AbortController();
    const talking = (async () => {
      for (let index = 0; !stop.signal.aborted; index += 1) await post('moving', `m${index}`);
    })();
    for (let round = 0; round < 5; round += 1) expect(await verify('moving')).toMatchObject(clean);
    stop.abort();
    await talking;
    expect(await verify('moving')).toMatchObject(clean);
  });

  test('I9: is clean while a turn runs and messages wait behind it', async () => {
    await create('waiting');
    await post('waiting', 'hang', false);
    await until(async () => (await server.call('GET', '/api/sessions/waiting')).body['running'], {
      what: 'the turn to run',
    });
    await post('waiting', 'behind', false);
    expect(await verify('waiting')).toMatchObject(clean);
    await server.call('POST', '/api/sessions/waiting/interrupt');
  });

  test('I9: is clean while a session rolls to new runs under load', async () => {
    const sessions = ['rolling-0', 'rolling-1'];
    for (const key of sessions) await startRollingSession(server.engine, key);
    await Promise.all(sessions.map((key) => postMany(key, 25)));
    expect(await verify()).toMatchObject(clean);
    await until(async () => (await turnCounts(sessions)).every((count) => count === 25), {
      what: 'the turns',
    });
    expect(await verify()).toMatchObject(clean);
    // What the server can count lags behind what it did.
    await until(async () => (await countRuns(sessions[0])) > 3, { what: 'four runs' });
  });

  test('names a changed row, a missing row, a row of nowhere, a missing session and an unknown one', async () => {
    const { kysely } = server.engine.database;
    for (const key of ['forged', 'short', 'long', 'gone']) {
      await create(key);
      await post(key, 'hello');
    }
    expect(await verify()).toMatchObject(clean);
    const before = await dump();
    await sql`update projection.message set text = 'forged' where session_key = 'forged' and position = 1`.execute(
      kysely,
    );
    await sql`delete from projection.message where session_key = 'short' and position = 2`.execute(kysely);
    await sql`insert into projection.message (session_key, id, position, turn, chapter, role, text, at, status, revision)
      select session_key, 'made-up', 99, turn, chapter, role, text, at, status, revision
      from projection.message where session_key = 'long' and position = 1`.execute(kysely);
    await sql`delete from projection.session where key = 'gone'`.execute(kysely);
    await sql`insert into projection.session select (jsonb_populate_record(s, '{"key": "unknown"}')).*
      from projection.session s where key = 'busy'`.execute(kysely);
    const { differences } = await verify();
    expect(differences.map(({ key, kind }) => `${key} ${kind}`).toSorted()).toEqual([
      'forged row',
      'gone missing-session',
      'long extra-row',
      'short missing-row',
      'unknown unknown-session',
    ]);
    expect(JSON.stringify(differences)).not.toContain('hello');
    expect(await rebuild()).toMatchObject({ removed: ['unknown'], failures: [] });
    expect(await verify()).toMatchObject(clean);
    expect(await dump()).toBe(before);
  });

  test('I9: an emptied projection comes back byte for byte', async () => {
    expect(await verify()).toMatchObject(clean);
    const before = await dump();
    await emptyProjection(server.engine.database);
    expect(await dump()).toBe('');
    await rebuild();
    expect(await dump()).toBe(before);
  });

  test('rows that claim to be newer than the session are put right, too', async () => {
    const { kysely } = server.engine.database;
    const before = await dump();
    await sql`update projection.session set revision = 9999, title = 'x' where key = 'forged'`.execute(
      kysely,
    );
    await sql`update projection.message set revision = 9999, text = 'x' where session_key = 'short'`.execute(
      kysely,
    );
    expect((await verify()).differences).not.toEqual([]);
    await rebuild('forged');
    await rebuild('short');
    expect(await dump()).toBe(before);
  });

  test('a session that is being deleted, and one that was ephemeral and is over, are no differences', async () => {
    await create('leaving');
    await post('leaving', 'hello');
    await server.call('DELETE', '/api/sessions/leaving');
    const created = await server.call<{ sessionKey: string }>('POST', '/api/sessions/create', {
      ephemeral: true,
    });
    await post(created.body.sessionKey, 'once');
    expect(await verify()).toMatchObject(clean);
    expect(await verify('leaving')).toMatchObject(clean);
  });
});

describe('over HTTP', () => {
  test('verify and rebuild answer with a report, and tell their progress when asked for events', async () => {
    const report = await server.call('POST', '/api/verify', { session: 'busy' });
    expect(report).toMatchObject({ status: 200, body: { checked: 1, ...clean } });
    const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
    const events = await fetch(`${url}/api/verify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, accept: 'text/event-stream' },
    });
    const text = await events.text();
    expect(text).toMatch(/event: progress\ndata: \{"done":1,"total":\d+\}/);
    expect(text).toMatch(/event: done\ndata: \{"checked":\d+/);
    expect(await server.call('POST', '/api/rebuild', { session: 'busy' })).toMatchObject({
      status: 200,
      body: { rebuilt: 1, removed: [], failures: [] },
    });
    expect(await server.call('POST', '/api/rebuild', { session: 'nobody' })).toMatchObject({ status: 404 });
    expect(await server.call('POST', '/api/verify', { session: 'nobody' })).toMatchObject({ status: 404 });
    expect(await server.call('POST', '/api/verify', { key: 'busy' })).toMatchObject({ status: 400 });
  });
});
