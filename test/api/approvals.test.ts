import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { FakeAnswer } from '../../bench/fake-openai-answer.ts';
import { viewEvent } from '../../api/views/event-view.ts';
import { formatPosition } from '../../domain/viewer-position.ts';
import { owner } from '../../engine/caller.ts';
import { followSession } from '../../engine/following/follow-session.ts';
import type { ApiServer } from '../harness/api-server.ts';
import { createApiSession } from '../harness/api-session.ts';
import { createScriptedTool } from '../harness/scripted-tools.ts';
import { callFor, openToolServer, type ToolServer } from '../harness/tool-server.ts';
import { until } from '../harness/until.ts';

interface Approval {
  readonly id: string;
  readonly session: string;
  readonly [name: string]: unknown;
}

let opened: ToolServer;
let server: ApiServer;
let answers: FakeAnswer[];
const paid: unknown[] = [];

beforeAll(async () => {
  opened = await openToolServer([
    createScriptedTool(
      'pay',
      (args, { callId, session }) => {
        paid.push({ ...args, callId, session });
        return 'paid';
      },
      { needsApproval: true },
    ),
  ]);
  ({ server, answers } = opened);
});
beforeEach(() => {
  answers.length = 0;
  paid.length = 0;
});
afterAll(async () => {
  await opened[Symbol.asyncDispose]();
});

const titled = { label: 'titled' };
const approvals = async (session: string): Promise<readonly Approval[]> =>
  (await server.call<{ readonly items: readonly Approval[] }>('GET', '/api/approvals')).body.items.filter(
    (item) => item.session === session,
  );
const waitFor = (session: string) =>
  until(async () => (await approvals(session))[0], { what: 'the approval to be asked for' });

describe('an approval', () => {
  test('waits across a restart of the workers, is given once, and the turn goes on', async () => {
    answers.push(callFor('pay', { sum: 5 }));
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
    answers.push(callFor('pay', { sum: 7 }));
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
    answers.push(callFor('pay', { sum: 9 }));
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
    answers.push(callFor('pay', { sum: 1 }));
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
