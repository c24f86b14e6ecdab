import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Message } from '../../domain/message.ts';
import { outcomesOf } from '../../domain/rows.ts';
import { replaySession } from '../../replay/replay-session.ts';
import { ReplayWorker } from '../../replay/replay-worker.ts';
import { replayTimeline } from '../../replay/timeline/replay-timeline.ts';
import { sharedServers } from '../harness/servers.ts';
import type { KeptSession } from '../record/kept-session.ts';

const folder = join(import.meta.dirname, '../histories');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

Runtime.install({ logger: new DefaultLogger('ERROR') });
let worker: ReplayWorker;
beforeAll(() => {
  const { replayBundlePath } = sharedServers();
  worker = new ReplayWorker({ replayBundlePath, dataConverter: {} });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
});

/** What a session began with as a copy did not happen in it. */
const isForked = ({ facts }: KeptSession, row: Message): boolean => row.at < facts.createdAt;

describe('I12: histories that earlier releases recorded replay on this one', () => {
  test('there are some for every shape that a session can have', () => {
    expect(files.map((name) => name.replace(/\..*$/, ''))).toEqual(
      expect.arrayContaining(
        (
          'archived busy closed collected compacted ephemeral failed forked greeted held interrupted plain renamed ' +
          'reset-with-waiting rolled withdrawn'
        ).split(' '),
      ),
    );
  });

  test.each(files)('%s', async (name) => {
    const kept = JSON.parse(readFileSync(join(folder, name), 'utf8')) as KeptSession;
    const runs = kept.runs.map(({ runId, history }) => ({ runId, history: historyFromJSON(history) }));
    const replayed = (await replaySession(worker, kept.key, runs))?.newest;
    expect(replayed).toMatchObject({ facts: kept.facts, revision: kept.revision });
    expect(replayed?.messages).toEqual(kept.messages);
    const { steps } = await replayTimeline(worker, kept.key, runs);
    const outcomes = outcomesOf(kept.messages).filter(({ row }) => !isForked(kept, row));
    const told = steps.filter(({ kind }) => kind === 'reply' || kind === 'failed' || kind === 'withdraw');
    expect(told).toHaveLength(outcomes.length);
  });
});
