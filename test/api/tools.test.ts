import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openFakeOpenAi, type FakeOpenAi, type FakeRequest } from '../../bench/fake-openai.ts';
import type { FakeAnswer } from '../../bench/fake-openai-answer.ts';
import { createInferenceActivities } from '../../activities/infer.ts';
import { formatPosition } from '../../domain/viewer-position.ts';
import { owner } from '../../engine/caller.ts';
import { followSession } from '../../engine/following/follow-session.ts';
import { rebuildProjection } from '../../engine/past/rebuild-projection.ts';
import { verifySessions } from '../../engine/past/verify-sessions.ts';
import { viewEvent } from '../../api/views/event-view.ts';
import { openModels } from '../../models/open-models.ts';
import { addLiveEvents } from '../../store/live-events.ts';
import { findToolSet, listToolSources, saveToolSet } from '../../store/tool-sources.ts';
import { createToolOffers } from '../../tools/tool-offers.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createApiSession } from '../harness/api-session.ts';
import { createScriptedTool } from '../harness/scripted-tools.ts';
import { until } from '../harness/until.ts';
import { configFor } from '../models/calls.ts';

interface Approval {
  readonly id: string;
  readonly session: string;
  readonly [name: string]: unknown;
}

let model: FakeOpenAi;
let server: ApiServer;
/** What the model does with replies, in order; an ordinary answer when there is none left. */
let answers: FakeAnswer[] = [];
const paid: unknown[] = [];
const isTitle = ({ body }: FakeRequest) => body.messages[0]?.content.startsWith('Write a title') === true;
const call = (name: string, args: object = {}): FakeAnswer => ({
  kind: 'text',
  text: 'One moment.',
  toolCalls: [{ name, arguments: JSON.stringify(args) }],
});

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
  model = await openFakeOpenAi({ answer: (request) => (isTitle(request) ? undefined : answers.shift()) });
  server = await openApiServer({
    tools: [
      createScriptedTool('look', ({ at }) => `a tree at ${String(at)}`, {
        parameters: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
        isIdempotent: true,
      }),
      createScriptedTool(
        'pay',
        (args, { callId, session }) => {
          paid.push({ ...args, callId, session });
          return 'paid';
        },
        { needsApproval: true },
      ),
    ],
    infer: ({ client, database, reports }) =>
      createInferenceActivities({
        client,
        models: openModels(configFor(model.baseUrl)),
        takePrepared: () => undefined,
        addLiveEvents: (events) => addLiveEvents(database, events),
        tokens: { take: () => Promise.resolve({ isGranted: true, waitMs: 0 }), correct: () => undefined },
        offers: createToolOffers({
          list: () => listToolSources(database, Date.now()),
          saveSet: (hash, definitions) => saveToolSet(database, hash, definitions),
          usual: 'all',
        }),
        toolLimits: { maxSteps: 3, approvalMs: 600_000 },
        reports,
      }),
  });
});
beforeEach(() => {
  answers = [];
  paid.length = 0;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

const titled = { label: 'titled' };
const approvals = async (session: string): Promise<readonly Approval[]> =>
  (await server.call<{ readonly items: readonly Approval[] }>('GET', '/api/approvals')).body.items.filter(
    (item) => item.session === session,
  );
const waitFor = (session: string) =>
  until(async () => (await approvals(session))[0], { what: 'the approval to be asked for' });
const toolsOffered = (): readonly string[] =>
  (model.requests.findLast((request) => !isTitle(request))?.body.tools ?? []).map((tool) =>
    String(Reflect.get(Object(Reflect.get(Object(tool), 'function')), 'name')),
  );

async function report() {
  for await (const event of verifySessions(server.engine, owner)) if (event.kind === 'done') return event;
  throw new Error('No report.');
}

describe('a turn with tools', () => {
  test('is in the transcript call by call, and ends in one reply', async () => {
    answers = [call('look', { at: 'home' })];
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
    answers = [call('look', { at: 5 }), call('look', { at: 'work' })];
    const session = await createApiSession(server, titled);
    await session.post({ id: 'a', text: 'hi', wait: 30 });
    const texts = (await session.messages()).filter(({ role }) => role === 'tool').map(({ text }) => text);
    expect(texts).toEqual([expect.stringContaining('at must be string'), 'a tree at work']);
  });

  test('a model that goes on and on is asked once more without tools', async () => {
    answers = [1, 2, 3].map((at) => call('look', { at: String(at) }));
    const session = await createApiSession(server, titled);
    const before = model.requests.length;
    const { body } = await session.post({ id: 'a', text: 'hi', wait: 30 });
    expect(body.outcome).toBe('replied');
    expect(model.requests.length - before).toBe(4);
    expect(toolsOffered()).toEqual([]);
  });

  test('a model whose call its server could not read is asked without tools, after what it had said', async () => {
    answers = [{ kind: 'raw', contentType: 'text/event-stream', body: badCall }];
    const session = await createApiSession(server, titled);
    const { body } = await session.post({ id: 'a', text: 'hi', wait: 30 });
    expect(body).toMatchObject({ outcome: 'replied', reply: { text: 'Answer to: hi' } });
    expect(toolsOffered()).toEqual([]);
  });

  test('I2: and one that says nothing even then ends in a sentence of ours', async () => {
    const nothing = { ...call('look', { at: 'x' }), text: '' } as FakeAnswer;
    answers = [1, 2, 3].map((at) => call('look', { at: String(at) }));
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
    answers = [call('look', { at: 'home' })];
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
    const set = await findToolSet(server.engine.database, String(steps[0]?.['toolSet']));
    expect(set?.map(({ name }) => name)).toEqual(['look', 'pay']);
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
    answers = [call('look', { at: 'home' })];
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

describe('an approval', () => {
  test('waits across a restart of the workers, is given once, and the turn goes on', async () => {
    answers = [call('pay', { sum: 5 })];
    const session = await createApiSession(server, titled);
    await session.accept('a', 'Pay five.');
    const approval = await waitFor(session.key);
    expect(approval).toMatchObject({ turn: 1, callId: 'c1-0', name: 'pay', arguments: '{"sum":5}' });
    expect(await session.show()).toMatchObject({ running: true, waiting: 0 });
    await server.stopWorkers();
    const { status } = await server.call('POST', `/api/approvals/${approval.id}`, { allow: true });
    expect(status).toBe(200);
    expect(paid).toEqual([]);
    await server.startWorkers();
    await session.untilStatus('a', 'done');
    expect(paid).toEqual([{ sum: 5, callId: 'c1-0', session: session.key }]);
    const again = await server.call('POST', `/api/approvals/${approval.id}`, { allow: true });
    expect(again).toMatchObject({ status: 404, body: { code: 'unknown-approval' } });
  }, 90_000);

  test('that is denied is not made, and the transcript says what was asked', async () => {
    answers = [call('pay', { sum: 7 })];
    const session = await createApiSession(server, titled);
    await session.accept('a', 'Pay seven.');
    const { id } = await waitFor(session.key);
    expect((await server.call('POST', `/api/approvals/${id}`, { allow: false })).body).toEqual({
      id,
      session: session.key,
      turn: 1,
    });
    await session.untilStatus('a', 'done');
    expect(paid).toEqual([]);
    const rows = await session.messages();
    expect(rows.find(({ role }) => role === 'notice')?.text).toBe(
      'The assistant wants to use pay with {"sum":7}. Allow or deny it.',
    );
    expect(rows.find(({ role }) => role === 'tool')).toMatchObject({ toolCall: { state: 'failed' } });
    expect(await approvals(session.key)).toEqual([]);
  });

  test('of a turn that is stopped is over', async () => {
    answers = [call('pay', { sum: 9 })];
    const session = await createApiSession(server, titled);
    await session.accept('a', 'Pay nine.');
    const { id } = await waitFor(session.key);
    await session.verb('interrupt');
    await session.untilStatus('a', 'done');
    expect((await server.call('POST', `/api/approvals/${id}`, { allow: true })).status).toBe(404);
    expect(paid).toEqual([]);
  });

  test('needs a word that is one', async () => {
    expect((await server.call('POST', '/api/approvals/x', { allow: 'yes' })).status).toBe(400);
    expect((await server.call('POST', '/api/approvals/x', { allow: true })).status).toBe(404);
  });
});

/** What a viewer is told until the turn has its outcome, from an id on. */
async function follow(key: string, lastEventId: string | undefined, most = Infinity) {
  const stop = new AbortController();
  const told: { readonly id: string; readonly kind: string; readonly event: Record<string, unknown> }[] = [];
  for await (const { event, position } of await followSession(server.engine, owner, key, {
    lastEventId,
    signal: stop.signal,
  })) {
    if (event === undefined || event.kind === 'session.changed') continue;
    told.push({
      id: position === undefined ? '' : formatPosition(position),
      kind: event.kind,
      event: viewEvent(event),
    });
    if (event.kind === 'turn.finished' || told.length >= most) stop.abort();
  }
  return told;
}
type Told = Awaited<ReturnType<typeof follow>>;
const toolsOf = (told: Told) =>
  told
    .filter(({ kind }) => kind === 'tool')
    .map(({ event }) => `${String(event['name'])} ${String(event['state'])}`);

describe('a viewer of a turn with tools', () => {
  test('is told of each call as it goes, and again without gap or repeat after a cut', async () => {
    answers = [call('pay', { sum: 1 })];
    const session = await createApiSession(server, titled);
    const whole = follow(session.key, undefined);
    await session.accept('a', 'Pay one.');
    const { id } = await waitFor(session.key);
    const cut = await follow(session.key, undefined, 3);
    expect(cut.map(({ kind }) => kind)).toEqual(['turn.started', 'token', 'tool']);
    expect(cut[2]?.event).toMatchObject({ state: 'approval', summary: '{"sum":1}', approval: { id } });
    await server.call('POST', `/api/approvals/${id}`, { allow: true });
    const all = await whole;
    expect(toolsOf(all)[0]).toBe('pay approval');
    expect(toolsOf(all).filter((state) => state === 'pay done')).toEqual(['pay done']);
    expect(all.filter(({ kind }) => kind === 'turn.reset').map(({ event }) => event['reason'])).toEqual([
      'step',
    ]);
    const rest = await follow(session.key, cut[2]!.id);
    expect(toolsOf(rest).at(-1)).toBe('pay done');
    expect(toolsOf(rest)).not.toContain('pay approval');
    const text = rest.filter(({ kind }) => kind === 'token').map(({ event }) => event['text']);
    expect(text.join('')).toBe('Answer to: Pay one.');
  });
});
