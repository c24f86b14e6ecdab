import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { apiSession, createApiSession, type ApiSession } from '../harness/api-session.ts';
import type { CreatedJson } from '../harness/api-shapes.ts';
import { createTalkingModel } from '../harness/talking-model.ts';

interface Forked extends CreatedJson {
  readonly forkedFrom: { readonly sessionKey: string; readonly turn: number };
}

let server: ApiServer;
const model = createTalkingModel();
beforeAll(async () => {
  server = await openApiServer({ infer: () => model.infer });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function fork(session: ApiSession, turn?: number): Promise<Forked> {
  const { status, body } = await session.verb<Forked>('fork', turn === undefined ? undefined : { turn });
  expect(status).toBe(201);
  return body;
}

const texts = async (session: ApiSession) => (await session.messages()).map(({ text }) => text);

describe('forking a session', () => {
  test('continues after a turn and leaves the origin alone', async () => {
    const origin = await createApiSession(server, {
      title: 'Origin',
      tags: ['kept'],
      instructions: 'Be brief.',
      model: 'openai:gpt-x',
    });
    for (const text of ['one', 'two', 'three']) await origin.post({ text, wait: true });
    const { sessionKey, session, forkedFrom } = await fork(origin, 2);
    expect(session).toMatchObject({
      title: 'Origin (fork)',
      tags: ['kept'],
      instructions: 'Be brief.',
      model: 'openai:gpt-x',
      turnCount: 2,
    });
    expect(forkedFrom).toEqual({ sessionKey: origin.key, turn: 2 });
    const forked = apiSession(server, sessionKey);
    expect(await texts(forked)).toEqual(['one', 'echo: one', 'two', 'echo: two']);
    await forked.post({ text: 'other three', wait: true });
    const shown = model.shown.findLast(({ kind }) => kind === 'reply');
    expect(shown?.messages.map(({ text }) => text)).toEqual([
      'one',
      'echo: one',
      'two',
      'echo: two',
      'other three',
    ]);
    expect((await forked.messages()).at(-1)).toMatchObject({ turn: 3 });
    expect(await texts(origin)).toHaveLength(6);
  });

  test('without a turn takes the newest finished one, while another runs', async () => {
    const origin = await createApiSession(server);
    await origin.post({ text: 'one', wait: true });
    await origin.accept('busy', 'hang');
    await origin.untilStatus('busy', 'running');
    const { sessionKey, forkedFrom } = await fork(origin);
    expect(forkedFrom.turn).toBe(1);
    expect(await texts(apiSession(server, sessionKey))).toEqual(['one', 'echo: one']);
    expect(await origin.verb('fork', { turn: 2 })).toMatchObject({
      status: 409,
      body: { code: 'turn-unfinished' },
    });
    await origin.verb('interrupt');
    await origin.untilStatus('busy', 'done');
  });

  test('I3: what a reset put away is not in the fork', async () => {
    const origin = await createApiSession(server);
    await origin.post({ text: 'before', wait: true });
    await origin.verb('reset');
    await origin.post({ text: 'after', wait: true });
    const { sessionKey } = await fork(origin);
    expect(await texts(apiSession(server, sessionKey))).toEqual(['after', 'echo: after']);
  });

  test('of a session without turns is an empty one', async () => {
    const origin = await createApiSession(server);
    const { sessionKey } = await fork(origin);
    expect(await texts(apiSession(server, sessionKey))).toEqual([]);
  });

  test('at a turn that is not there is 404', async () => {
    const origin = await createApiSession(server);
    expect(await origin.verb('fork', { turn: 1 })).toMatchObject({
      status: 404,
      body: { code: 'unknown-turn' },
    });
    expect(await apiSession(server, 'nobody').verb('fork')).toMatchObject({ status: 404 });
  });
});
