/**
 * Records the histories of `test/histories/` anew under this release's name: `npm run record-histories -- RELEASE`.
 * Earlier releases' files stay; they are what I12 is about.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { fetchHistories } from '../../replay/fetch-histories.ts';
import { replaySession } from '../../replay/replay-session.ts';
import { modelFailureType } from '../../workflows/protocol.ts';
import { buildCreate } from '../harness/session-driver.ts';
import { createScriptedModel } from '../harness/scripted-model.ts';
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
  return {
    text: `answer ${context.turn}`,
    ...(text.startsWith('A sentence') ? { contextLimit: 4_000 } : {}),
  };
});
let server: SessionServer;
beforeAll(async () => {
  server = await openSessionServer(model.infer);
});
afterAll(async () => {
  await server.stop();
});

async function ask(session: TestSession, ids: readonly string[], text?: string): Promise<void> {
  for (const id of ids) await session.post(id, text === undefined ? {} : { text });
  for (const id of ids) await session.outcome(id);
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
  ephemeral: async () => {
    const session = await server.start({ ephemeral: true, kind: 'job' });
    await ask(session, ['a']);
    await until(async () => (await session.facts()).facts.endedAt !== null, { what: 'the end' });
    return session;
  },
};

test.each(Object.keys(shapes))('record %s', async (name) => {
  const session = await shapes[name]!();
  await until(
    async () => {
      const { revision } = await session.facts();
      return server.saved.some((saved) => saved.facts.key === session.key && saved.revision === revision);
    },
    { what: 'the projection' },
  );
  const runs = await fetchHistories(server.client, session.key);
  const parts = { replayBundlePath: sharedServers().replayBundlePath, dataConverter: {} };
  const replayed = (await replaySession(parts, session.key, runs))!.newest;
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
  const folder = join(import.meta.dirname, '../histories');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.${release}.json`), `${JSON.stringify(kept)}\n`);
});
