import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureMainSession } from '../../engine/sessions/ensure-main-session.ts';
import { confirmReceipt, createReceipt } from '../../store/receipts.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { apiSession } from '../harness/api-session.ts';
import { createTalkingModel } from '../harness/talking-model.ts';

let server: ApiServer;
beforeAll(async () => {
  const model = createTalkingModel();
  server = await openApiServer({ infer: () => model.infer, session: { mainKey: 'hall' } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

test('a start makes the main session once, and leaves one that is there as it is', async () => {
  const main = apiSession(server, 'hall');
  await ensureMainSession(server.engine);
  await main.verb('pin');
  await ensureMainSession(server.engine);
  expect((await main.show()).status).toBe('pinned');
  expect((await main.post({ text: 'hello', wait: true })).body).toMatchObject({ outcome: 'replied' });
});

test('an ephemeral session that was removed is 410 for good, under a key that can be used again', async () => {
  const { database } = server.engine;
  await createReceipt(database, { id: 'r-1', sessionKey: 'brief', reason: 'ended', requestedAt: 1 });
  const brief = apiSession(server, 'brief');
  const gone = { status: 410, body: { code: 'session-ended' } };
  expect(await server.call('GET', '/api/sessions/brief')).toMatchObject(gone);
  await confirmReceipt(database, 'r-1', 2);
  expect(await server.call('GET', '/api/sessions/brief')).toMatchObject(gone);
  expect(await brief.post({ text: 'hello' })).toMatchObject(gone);
  expect((await server.call('POST', '/api/sessions/create', { key: 'brief' })).status).toBe(201);
  expect((await brief.show()).key).toBe('brief');
});

test('I1: a client that hangs up while it waits loses nothing', async () => {
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const controller = new AbortController();
  const waiting = fetch(`${address}/api/sessions/hall/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
    body: JSON.stringify({ text: 'hang', id: 'left', wait: true }),
    signal: controller.signal,
  });
  const main = apiSession(server, 'hall');
  await main.untilStatus('left', 'running');
  controller.abort();
  await expect(waiting).rejects.toThrow();
  await main.verb('interrupt');
  await main.untilStatus('left', 'done');
  expect((await main.post({ text: 'hang', id: 'left' })).body).toMatchObject({ outcome: 'interrupted' });
});
