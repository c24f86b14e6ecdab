/**
 * Records histories into `test/histories/` under this release's name: `npm run record-histories -- RELEASE`. A file that is
 * there is never written over: what was recorded earlier is what I12 is about.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { fetchHistories } from '../../replay/fetch-histories.ts';
import { ReplayWorker } from '../../replay/replay-worker.ts';
import { replaySession } from '../../replay/replay-session.ts';
import type { SessionCreate } from '../../domain/session-create.ts';
import { modelFailureType, sessionQueries } from '../../workflows/protocol.ts';
import { buildCreate } from '../harness/session-driver.ts';
import type { AskedTool } from '../../domain/model-call.ts';
import type { SessionState } from '../../domain/session-state.ts';
import { createScriptedModel } from '../harness/scripted-model.ts';
import { createScriptedTool, createScriptedTools } from '../harness/scripted-tools.ts';
import { asking, askFor } from '../harness/tool-turns.ts';
import { openSessionServer, type SessionServer, type TestSession } from '../harness/session-server.ts';
import { sharedServers } from '../harness/servers.ts';
import { until } from '../harness/until.ts';
import type { KeptSession } from './kept-session.ts';

const release = process.env['ATRIUM_RECORD'] ?? 'unnamed';
const settings = buildCreate().settings;
const long = 'A sentence that takes some room. '.repeat(120);

const model = createScriptedModel((context) => {
  const text = context.messages.at(-1)?.text ?? '';
  if (context.kind === 'title') return { text: 'A title' };
  if (context.kind === 'summary') return { text: 'What was said before.' };
  if (text.includes('fail'))
    throw ApplicationFailure.create({
      type: modelFailureType,
      nonRetryable: true,
      details: [{ code: 'model-auth', reason: '' }],
    });
  if (text.includes('hang')) return 'hang';
  // Words of a person that begin with "use" are about tools: one step, or a second one after it.
  if (text.startsWith('use')) return asking(toolsFor(text), { text: 'One moment.' });
  if (context.messages.at(-1)?.role === 'tool' && text === 'again')
    return asking([echo('twice'), echo('more')]);
  return {
    text: `answer ${context.turn}`,
    ...(text.startsWith('A sentence') ? { contextLimit: 4_000 } : {}),
  };
});
const echo = (say: string, change: Partial<AskedTool> = {}): AskedTool =>
  askFor('echo', { arguments: JSON.stringify({ say }), ...change });

function toolsFor(text: string): readonly AskedTool[] {
  if (text.includes('pay')) return [echo('paid', { approvalMs: 600_000 }), echo('also')];
  if (text.includes('long')) return [askFor('wait')];
  return [
    echo('once'),
    echo('x', { fault: 'There is no such tool.' }),
    echo('again', { isIdempotent: true }),
  ];
}

const tools = createScriptedTools([
  createScriptedTool('echo', ({ say }) => String(say)),
  createScriptedTool(
    'wait',
    (_args, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
      }),
  ),
]);

/** Waits until the running turn asks a person, and answers. */
async function answer(session: TestSession, allow: boolean): Promise<void> {
  const id = await until(
    async () => {
      const state = await session.handle.query<SessionState>(sessionQueries.state);
      return state.running?.tools?.find(({ approval }) => approval !== undefined)?.approval?.id;
    },
    { what: 'the approval to be asked for' },
  );
  await session.signal('approve', { id, allow });
}

let server: SessionServer;
let worker: ReplayWorker;
beforeAll(async () => {
  server = await openSessionServer(model.infer, undefined, tools);
  const { replayBundlePath } = sharedServers();
  worker = new ReplayWorker({ replayBundlePath, dataConverter: {} });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await server.stop();
});

async function ask(session: TestSession, ids: readonly string[], text?: string): Promise<void> {
  for (const id of ids) await session.post(id, text === undefined ? {} : { text });
  for (const id of ids) await session.outcome(id);
}

/** A session whose first turn runs until it is stopped. */
async function startHanging(id: string, create: Partial<SessionCreate> = {}): Promise<TestSession> {
  const session = await server.start(create);
  await session.post(id, { text: 'hang' });
  // A greeting may run first.
  await until(async () => (await session.facts()).facts.turnCount === 1, { what: 'the turn to run' });
  return session;
}

const shapes: Record<string, () => Promise<TestSession>> = {
  plain: async () => {
    const session = await server.start();
    await ask(session, ['a', 'b', 'c']);
    return session;
  },
  archived: async () => {
    const session = await server.start({ tags: ['work'], title: 'Kept' });
    await ask(session, ['a']);
    await session.signal('pin', {});
    await session.signal('archive', { reason: 'done' });
    await session.post('refused', { archivedInbound: 'reject' });
    await session.post('held', { archivedInbound: 'hold' });
    await session.signal('restore', {});
    await session.outcome('held');
    await session.signal('archive', {});
    await ask(session, ['b']);
    await session.signal('unpin', {});
    await session.signal('configure', { tags: ['home'], instructions: 'Be brief.' });
    return session;
  },
  busy: async () => {
    const session = await server.start();
    await session.post('a', { text: 'hang' });
    await until(async () => (await session.facts()).running, { what: 'the turn to run' });
    await session.post('b');
    await session.post('c', { busy: 'collect' });
    await session.post('d');
    await session.signal('withdraw', { id: 'd' });
    await session.post('e', { busy: 'interrupt' });
    await session.outcome('e');
    return session;
  },
  failed: async () => {
    const session = await server.start();
    await ask(session, ['a'], 'fail please');
    await ask(session, ['b']);
    return session;
  },
  greeted: async () => {
    const session = await server.start({ settings: { ...settings, resetPrompt: 'Greet the user.' } });
    await ask(session, ['a']);
    await session.signal('reset', {});
    await ask(session, ['b']);
    return session;
  },
  compacted: async () => {
    const session = await server.start();
    for (const id of ['a', 'b', 'c', 'd']) await ask(session, [id], long);
    await until(() => model.shown.some((context) => context.kind === 'summary'), { what: 'the summary' });
    await ask(session, ['e']);
    return session;
  },
  rolled: async () => {
    const session = await server.start({ settings: { ...settings, rollAfterTurns: 3 } });
    for (let index = 0; index < 10; index += 1) await ask(session, [`m${index}`]);
    return session;
  },
  forked: async () => {
    const origin = await server.start();
    await ask(origin, ['a', 'b']);
    const { messages } = await origin.changes();
    const fork = { key: origin.key, turn: 1, messages: messages.filter((row) => row.turn === 1) };
    const session = await server.start({ fork });
    await ask(session, ['c']);
    return session;
  },
  interrupted: async () => {
    const session = await startHanging('a');
    await session.signal('interrupt', {});
    await session.outcome('a');
    await ask(session, ['b']);
    return session;
  },
  withdrawn: async () => {
    const session = await startHanging('a');
    for (const id of ['b', 'c', 'd']) await session.post(id);
    await session.signal('withdraw', { id: 'c' });
    await session.signal('withdraw', { id: 'a' });
    await session.signal('interrupt', { turn: 1 });
    for (const id of ['a', 'b', 'c', 'd']) await session.outcome(id);
    return session;
  },
  collected: async () => {
    const session = await startHanging('a');
    await session.post('b');
    await session.post('c', { busy: 'collect' });
    await session.post('d', { busy: 'collect', system: 'Answer in one word.' });
    await session.signal('interrupt', {});
    await session.outcome('d');
    return session;
  },
  held: async () => {
    const session = await server.start();
    await ask(session, ['a']);
    await session.signal('archive', {});
    await session.post('b', { archivedInbound: 'hold' });
    await session.post('c', { archivedInbound: 'hold' });
    await session.signal('withdraw', { id: 'b' });
    await session.signal('restore', {});
    await session.outcome('c');
    return session;
  },
  'reset-with-waiting': async () => {
    const session = await startHanging('a', { settings: { ...settings, resetPrompt: 'Greet the user.' } });
    await session.post('b');
    await session.signal('reset', {});
    await session.signal('interrupt', {});
    await session.outcome('b');
    return session;
  },
  renamed: async () => {
    const session = await server.start();
    await session.signal('rename', { title: 'Mine' });
    await ask(session, ['a']);
    await session.signal('configure', { label: 'Ours', model: 'test:other', tags: ['a'] });
    await ask(session, ['b']);
    return session;
  },
  closed: async () => {
    const session = await startHanging('a');
    await session.post('b');
    await session.signal('close', {});
    await session.outcome('b');
    await until(async () => (await session.handle.describe()).status.name === 'COMPLETED', {
      what: 'the end',
    });
    return session;
  },
  tools: async () => {
    const session = await server.start();
    await ask(session, ['a'], 'use tools');
    await session.post('b', { text: 'use the long one' });
    await until(
      async () =>
        (await session.changes()).messages.some(({ toolCall }) => toolCall?.name === 'wait') &&
        (await session.facts()).running,
      { what: 'the call to run' },
    );
    await session.signal('interrupt', {});
    await session.outcome('b');
    await ask(session, ['c']);
    return session;
  },
  approval: async () => {
    const session = await server.start({ settings: { ...settings, rollAfterTurns: 2 } });
    await session.post('a', { text: 'use pay' });
    await answer(session, true);
    await session.outcome('a');
    await session.post('b', { text: 'use pay' });
    await session.post('c', { text: 'steers', busy: 'steer' });
    await answer(session, false);
    await session.outcome('b');
    await ask(session, ['d']);
    return session;
  },
  ephemeral: async () => {
    const session = await server.start({ ephemeral: true, kind: 'job' });
    await ask(session, ['a']);
    await until(async () => (await session.facts()).facts.endedAt !== null, { what: 'the end' });
    return session;
  },
};

const folder = join(import.meta.dirname, '../histories');
const fileOf = (name: string): string => join(folder, `${name}.${release}.json`);

test.each(Object.keys(shapes))('record %s', async (name) => {
  if (existsSync(fileOf(name))) return;
  const session = await shapes[name]!();
  await until(
    async () => {
      const { revision } = await session.facts();
      return server.saved.some((saved) => saved.facts.key === session.key && saved.revision === revision);
    },
    { what: 'the projection' },
  );
  const runs = await fetchHistories(server.client, session.key);
  const replayed = (await replaySession(worker, session.key, runs))!.newest;
  expect(replayed.baseRevision).toBe(0);
  const kept: KeptSession = {
    key: session.key,
    facts: replayed.facts,
    revision: replayed.revision,
    messages: replayed.messages,
    runs: runs.map(({ runId, history }) => ({
      runId,
      history: JSON.parse(historyToJSON(history)) as unknown,
    })),
  };
  mkdirSync(folder, { recursive: true });
  // Stack traces name the folders of whoever records.
  const text = JSON.stringify(kept).replaceAll(resolve(import.meta.dirname, '../..'), '/atrium');
  writeFileSync(fileOf(name), `${text}\n`);
});
