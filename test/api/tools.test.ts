import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { FakeAnswer } from '../../bench/fake-openai-answer.ts';
import { owner } from '../../engine/caller.ts';
import { rebuildProjection } from '../../engine/past/rebuild-projection.ts';
import { verifySessions } from '../../engine/past/verify-sessions.ts';
import type { ApiServer } from '../harness/api-server.ts';
import { createApiSession } from '../harness/api-session.ts';
import { createScriptedTool } from '../harness/scripted-tools.ts';
import { callFor, isTitle, openToolServer, type ToolServer } from '../harness/tool-server.ts';

let opened: ToolServer;
let server: ApiServer;
let answers: FakeAnswer[];
const look = { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] } as const;

/** Some words, and then the error of llama.cpp in the middle of the stream. */
const badCall = [
  { choices: [{ index: 0, delta: { role: 'assistant', content: 'Let me' }, finish_reason: null }] },
  {
    error: {
      code: 500,
      message: 'The model produced output that does not match the expected peg-native format',
    },
  },
]
  .map(
    (part) =>
      `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', model: 'x', ...part })}\n\n`,
  )
  .join('');

beforeAll(async () => {
  opened = await openToolServer([
    createScriptedTool('look', ({ at }) => `a tree at ${String(at)}`, {
      parameters: look,
      isIdempotent: true,
    }),
    createScriptedTool('pay', () => 'paid', { needsApproval: true }),
  ]);
  ({ server, answers } = opened);
});
beforeEach(() => {
  answers.length = 0;
});
afterAll(async () => {
  await opened[Symbol.asyncDispose]();
});

const titled = { label: 'titled' };
const toolsOffered = (): readonly string[] =>
  (opened.model.requests.findLast((request) => !isTitle(request))?.body.tools ?? []).map((tool) =>
    String(Reflect.get(Object(Reflect.get(Object(tool), 'function')), 'name')),
  );

async function report() {
  for await (const event of verifySessions(server.engine, owner)) if (event.kind === 'done') return event;
  throw new Error('No report.');
}

describe('a turn with tools', () => {
  test('is in the transcript call by call, and ends in one reply', async () => {
    answers.push(callFor('look', { at: 'home' }));
    const session = await createApiSession(server, titled);
    const { body } = await session.post({ id: 'a', text: 'What is there?', wait: 30 });
    expect(body).toMatchObject({ outcome: 'replied', reply: { text: 'Answer to: What is there?' } });
    const rows = await session.messages();
    expect(rows.map(({ role, status }) => `${role} ${status}`)).toEqual([
      'user done',
      'tool done',
      'assistant complete',
    ]);
    expect(rows[1]).toMatchObject({
      text: 'a tree at home',
      toolCall: {
        callId: 'c1-0',
        name: 'look',
        arguments: '{"at":"home"}',
        state: 'done',
        said: 'One moment.',
      },
    });
    expect(await session.show()).toMatchObject({ unreadCount: 1, running: false });
  });

  test('arguments that do not fit are told to the model, which may try again', async () => {
    answers.push(callFor('look', { at: 5 }), callFor('look', { at: 'work' }));
    const session = await createApiSession(server, titled);
    await session.post({ id: 'a', text: 'hi', wait: 30 });
    const texts = (await session.messages()).filter(({ role }) => role === 'tool').map(({ text }) => text);
    expect(texts).toEqual([expect.stringContaining('at must be string'), 'a tree at work']);
  });

  test('a model that goes on and on is asked once more without tools', async () => {
    answers.push(...[1, 2, 3].map((at) => callFor('look', { at: String(at) })));
    const session = await createApiSession(server, titled);
    const before = opened.model.requests.length;
    const { body } = await session.post({ id: 'a', text: 'hi', wait: 30 });
    expect(body.outcome).toBe('replied');
    expect(opened.model.requests.length - before).toBe(4);
    expect(toolsOffered()).toEqual([]);
  });

  test('a model whose call its server could not read is asked without tools, after what it had said', async () => {
    answers.push({ kind: 'raw', contentType: 'text/event-stream', body: badCall });
    const session = await createApiSession(server, titled);
    const { body } = await session.post({ id: 'a', text: 'hi', wait: 30 });
    expect(body).toMatchObject({ outcome: 'replied', reply: { text: 'Answer to: hi' } });
    expect(toolsOffered()).toEqual([]);
  });

  test('I2: and one that says nothing even then ends in a sentence of ours', async () => {
    const nothing = { ...callFor('look', { at: 'x' }), text: '' } as FakeAnswer;
    answers.push(...[1, 2, 3].map((at) => callFor('look', { at: String(at) })));
    answers.push(nothing);
    const session = await createApiSession(server, titled);
    const { body } = await session.post({ id: 'a', text: 'hi', wait: 30 });
    expect(body).toMatchObject({ outcome: 'failed', problem: { code: 'tool-limit' } });
  });

  test('I9: histories and database agree, also after a rebuild', async () => {
    expect((await report()).differences).toEqual([]);
    for await (const event of rebuildProjection(server.engine, owner)) if (event.kind === 'done') break;
    expect((await report()).differences).toEqual([]);
  });

  test('its past shows the calls, and which tools the model was offered', async () => {
    answers.push(callFor('look', { at: 'home' }));
    const session = await createApiSession(server, titled);
    await session.post({ id: 'a', text: 'hi', wait: 30 });
    const { body } = await server.call<{ readonly items: readonly Record<string, unknown>[] }>(
      'GET',
      `/api/sessions/${session.key}/timeline`,
    );
    const steps = body.items.filter(({ kind }) => kind === 'tool' || kind === 'model');
    expect(steps.map(({ kind, state }) => [kind, state])).toEqual([
      ['model', undefined],
      ['tool', 'started'],
      ['tool', 'done'],
      ['model', undefined],
    ]);
    const set = await server.call('GET', `/api/tools/sets/${String(steps[0]?.['toolSet'])}`);
    expect(set.body).toMatchObject({ items: [{ name: 'look', parameters: look }, { name: 'pay' }] });
    expect((await server.call('GET', `/api/tools/sets/${'0'.repeat(64)}`)).status).toBe(404);
    const moment = await server.call(
      'GET',
      `/api/sessions/${session.key}/timeline/${String(steps[3]?.['n'])}`,
    );
    expect(moment.body['context']).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', toolCalls: [{ name: 'look' }] },
        { role: 'tool', callId: 'c1-0' },
      ],
    });
  });
});

describe('the tools of a session', () => {
  test('are those of its own list: others are neither offered nor run', async () => {
    const session = await createApiSession(server, { ...titled, tools: ['pay'] });
    answers.push(callFor('look', { at: 'home' }));
    await session.post({ id: 'a', text: 'hi', wait: 30 });
    expect(toolsOffered()).toEqual(['pay']);
    expect((await session.messages()).find(({ role }) => role === 'tool')?.text).toContain(
      'There is no such tool',
    );
    expect(await session.show()).toMatchObject({ tools: ['pay'] });
    await server.call('PATCH', `/api/sessions/${session.key}`, { tools: [] });
    await session.post({ id: 'b', text: 'hi', wait: 30 });
    expect(toolsOffered()).toEqual([]);
    await server.call('PATCH', `/api/sessions/${session.key}`, { tools: null });
    await session.post({ id: 'c', text: 'hi', wait: 30 });
    expect(toolsOffered()).toEqual(['look', 'pay']);
  });

  test('a list of what can be no name is refused', async () => {
    const { status } = await server.call('POST', '/api/sessions/create', { tools: ['no name'] });
    expect(status).toBe(400);
  });

  test('are all listed, with where they come from', async () => {
    const { body } = await server.call('GET', '/api/tools');
    expect(body).toMatchObject({
      items: [
        { name: 'look', source: 'built-in', isIdempotent: true, needsApproval: false, isDefault: true },
        { name: 'pay', needsApproval: true, parameters: { type: 'object' } },
      ],
      servers: [],
    });
  });
});
