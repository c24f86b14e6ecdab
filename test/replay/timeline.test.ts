import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { TimelineStep } from '../../replay/timeline/timeline-step.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createScriptedModel } from '../harness/scripted-model.ts';
import { until } from '../harness/until.ts';

const model = createScriptedModel((context) => {
  const text = context.messages.at(-1)?.text ?? '';
  const { attempt } = Context.current().info;
  if (context.kind === 'title') return { text: 'A title' };
  if (text.includes('try twice') && attempt === 1)
    throw ApplicationFailure.create({
      type: 'ModelRetry',
      message: 'The model is overloaded.',
      nextRetryDelay: 10,
    });
  return text.includes('hang') ? 'hang' : { text: `answer to ${text}` };
});
/** A worker that falls silent in the middle of its first attempt, as one that was killed does. */
const lostOnce = new Set<string>();
const infer: typeof model.infer = async (input) => {
  if (lostOnce.delete(input.session)) await Context.current().cancelled;
  return model.infer(input);
};

let server: ApiServer;
beforeAll(async () => {
  server = await openApiServer({ infer: () => ({ infer }) });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

interface State {
  readonly step: TimelineStep;
  readonly facts: { readonly status: string; readonly title: string };
  readonly transcript: readonly { readonly text: string; readonly status: string }[];
  readonly inbox: readonly { readonly text: string }[];
  readonly context: { readonly messages: readonly { readonly text: string }[] } | null;
  readonly added: { readonly messages: readonly { readonly text: string }[] } | null;
}

/** A session with a title, so that no title call comes in between. */
const create = (key: string) => server.call('POST', '/api/sessions/create', { key, title: key });
const post = (key: string, id: string, text: string, wait: boolean | number = 20) =>
  server.call('POST', `/api/sessions/${key}/messages`, { id, text, wait });
const act = (key: string, verb: string, body: object = {}) =>
  server.call('POST', `/api/sessions/${key}/${verb}`, body);
const isRunning = async (key: string) => (await server.call('GET', `/api/sessions/${key}`)).body['running'];

async function timeline(key: string, query = ''): Promise<readonly TimelineStep[]> {
  const answer = await server.call<{ items: readonly TimelineStep[] }>(
    'GET',
    `/api/sessions/${key}/timeline${query}`,
  );
  expect(answer.status).toBe(200);
  return answer.body.items;
}

async function stateAt(key: string, n: number): Promise<State> {
  const answer = await server.call<State>('GET', `/api/sessions/${key}/timeline/${n}`);
  expect(answer.status).toBe(200);
  return answer.body;
}

/** Waits aside: whether there was one is a matter of milliseconds. */
const kinds = (steps: readonly TimelineStep[]): string =>
  steps.flatMap(({ kind }) => (kind === 'waited' ? [] : [kind])).join(' ');

describe('the timeline of a session', () => {
  test('tells in order what happened, and a step keeps its number', async () => {
    await create('told');
    await post('told', 'a', 'hello');
    await act('told', 'archive', { reason: 'done' });
    await act('told', 'restore');
    await post('told', 'b', 'please try twice');
    const first = await timeline('told');
    expect(kinds(first)).toBe('message model reply archive restore message retry model reply');
    expect(first.map(({ n }) => n)).toEqual(first.map((_, index) => index));
    expect(first.find(({ kind }) => kind === 'retry')).toMatchObject({
      attempt: 2,
      reason: 'The model is overloaded.',
      turn: 2,
    });
    expect(first.findLast(({ kind }) => kind === 'model')).toMatchObject({
      model: 'test:model',
      attempt: 2,
      usage: { inputTokens: 10 },
    });

    await post('told', 'c', 'hang here', false);
    await until(() => isRunning('told'), { what: 'the turn to run' });
    await post('told', 'd', 'behind', false);
    await act('told', 'interrupt');
    await until(async () => (await timeline('told')).filter(({ kind }) => kind === 'reply').length === 4, {
      what: 'the last reply',
    });
    const later = await timeline('told');
    expect(later.slice(0, first.length)).toEqual(first);
    expect(kinds(later.slice(first.length))).toBe('message message interrupt model reply model reply');
    expect(later).toContainEqual(expect.objectContaining({ kind: 'waited', for: 'turn', turn: 4 }));
    expect(await timeline('told', '?from=3&limit=2')).toEqual(later.slice(3, 5));
  });

  test('shows the session at each step, and what the model was shown by then', async () => {
    await create('shown');
    await post('shown', 'a', 'first');
    await act('shown', 'archive');
    await post('shown', 'b', 'second');
    const steps = await timeline('shown');
    const [asked, , secondAsked] = steps.filter(({ kind }) => kind === 'message' || kind === 'model');
    expect((await stateAt('shown', asked!.n)).context).toBeNull();
    const firstCall = await stateAt('shown', steps.find(({ kind }) => kind === 'model')!.n);
    expect(firstCall.context?.messages.map(({ text }) => text)).toEqual(['first']);
    const archived = await stateAt('shown', steps.find(({ kind }) => kind === 'archive')!.n);
    expect(archived.facts.status).toBe('archived');
    expect(archived.transcript.map(({ text }) => text)).toEqual(['first', 'answer to first']);
    expect(secondAsked).toMatchObject({ kind: 'message', turn: 2 });
    const last = await stateAt('shown', steps.length - 1);
    expect(last.context?.messages.map(({ text }) => text)).toEqual(['first', 'answer to first', 'second']);
    expect(last.added?.messages.map(({ text }) => text)).toEqual(['answer to first', 'second']);
    expect(last.facts.status).toBe('active');
    expect(await server.call('GET', `/api/sessions/shown/timeline/${steps.length}`)).toMatchObject({
      status: 404,
      body: { code: 'unknown-step' },
    });
  });

  test('tells that a worker was lost, and that the model was asked again', async () => {
    await create('lost');
    lostOnce.add('lost');
    await post('lost', 'a', 'hello', 30);
    const steps = await timeline('lost');
    expect(kinds(steps)).toBe('message worker-lost model reply');
    expect(steps.find(({ kind }) => kind === 'worker-lost')).toMatchObject({ attempt: 2 });
  });

  test('tells of names, settings, pins, resets, withdrawn and refused messages, and forks', async () => {
    await create('verbs');
    await post('verbs', 'a', 'hello');
    await act('verbs', 'pin');
    await act('verbs', 'pin');
    await act('verbs', 'unpin');
    await server.call('PATCH', '/api/sessions/verbs', { title: 'Mine' });
    await server.call('PATCH', '/api/sessions/verbs', { instructions: 'Be brief.' });
    await act('verbs', 'reset');
    await post('verbs', 'b', 'hang', false);
    await until(() => isRunning('verbs'), { what: 'the turn to run' });
    await post('verbs', 'c', 'never mind', false);
    await server.call('DELETE', '/api/sessions/verbs/messages/c');
    await act('verbs', 'interrupt');
    await until(async () => (await isRunning('verbs')) === false, { what: 'the turn to end' });
    expect(kinds(await timeline('verbs'))).toBe(
      'message model reply pin unpin rename configure reset message message withdraw interrupt model reply',
    );
    const fork = await server.call<{ sessionKey: string }>('POST', '/api/sessions/verbs/fork', { turn: 2 });
    // Until its first task is done, nothing has happened in it.
    const first = await until(async () => (await timeline(fork.body.sessionKey))[0], { what: 'a step' });
    expect(first).toMatchObject({ n: 0, kind: 'forked', from: 'verbs', fromTurn: 2 });
  });

  test('an unknown session has none', async () => {
    expect(await server.call('GET', '/api/sessions/nobody/timeline')).toMatchObject({ status: 404 });
    expect(await server.call('GET', '/api/sessions/told/timeline?limit=5001')).toMatchObject({ status: 400 });
  });
});
