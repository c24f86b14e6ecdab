import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { compareSession } from '../../replay/compare.ts';
import { fetchHistories } from '../../replay/fetch-histories.ts';
import { ReplayWorker } from '../../replay/replay-worker.ts';
import { replaySession } from '../../replay/replay-session.ts';
import { buildCreate } from '../harness/session-driver.ts';
import { createScriptedModel } from '../harness/scripted-model.ts';
import { openSessionServer, type SessionServer, type TestSession } from '../harness/session-server.ts';
import { sharedServers } from '../harness/servers.ts';

const model = createScriptedModel((context) =>
  context.kind === 'title' ? { text: 'A title' } : { text: `answer ${context.turn}` },
);
let server: SessionServer;
let worker: ReplayWorker;
beforeAll(async () => {
  server = await openSessionServer(model.infer);
  const { replayBundlePath } = sharedServers();
  worker = new ReplayWorker({ replayBundlePath, dataConverter: {} });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await server.stop();
});

async function talk(session: TestSession, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await session.post(`m${index}`);
  await session.outcome(`m${count - 1}`);
}

describe('replaying a session', () => {
  test('I9: gives the facts and rows that the session itself has, over all its runs', async () => {
    const session = await server.start({ settings: { ...buildCreate().settings, rollAfterTurns: 4 } });
    await talk(session, 6);
    await session.signal('archive', { reason: 'done' });
    await session.signal('restore', {});
    await session.signal('reset', {});
    await session.post('last');
    await session.outcome('last');
    const runs = await fetchHistories(server.client, session.key);
    expect(runs.length).toBeGreaterThan(1);
    const replayed = (await replaySession(worker, session.key, runs))?.newest;
    expect(replayed?.messages.map((row) => row.text)).toHaveLength(14);
    const live = await session.handle.query<{ facts: object; revision: number }>('facts');
    expect(replayed).toMatchObject({ facts: live.facts, revision: live.revision, baseRevision: 0 });
  });

  test('differences between histories and database are named, never quoted', async () => {
    const session = await server.start();
    await talk(session, 2);
    const runs = await fetchHistories(server.client, session.key);
    const replayed = (await replaySession(worker, session.key, runs))!.newest;
    const { facts, revision, messages } = replayed;
    expect(compareSession(replayed, { facts, revision, messages })).toEqual([]);
    expect(compareSession(replayed, undefined).map((difference) => difference.kind)).toEqual([
      'missing-session',
    ]);
    const changed = messages.map((row, index) => (index === 1 ? { ...row, text: 'forged' } : row));
    const differences = compareSession(replayed, { facts, revision, messages: changed });
    expect(differences).toEqual([{ key: session.key, kind: 'row', at: `${messages[1]!.id}: text` }]);
    expect(JSON.stringify(differences)).not.toContain('forged');
    const short = compareSession(replayed, {
      facts: { ...facts, title: 'x' },
      revision,
      messages: messages.slice(1),
    });
    expect(short.map((difference) => difference.kind)).toEqual(['fact', 'missing-row']);
  });

  test('a history survives its way through JSON, so that exports and kept histories replay', async () => {
    const session = await server.start();
    await talk(session, 1);
    const runs = await fetchHistories(server.client, session.key);
    const copies = runs.map(({ runId, history }) => ({
      runId,
      history: historyFromJSON(JSON.parse(historyToJSON(history))),
    }));
    expect(await replaySession(worker, session.key, copies)).toEqual(
      await replaySession(worker, session.key, runs),
    );
  });
});
