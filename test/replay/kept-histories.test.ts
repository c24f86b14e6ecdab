import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { replaySession } from '../../replay/replay-session.ts';
import { sharedServers } from '../harness/servers.ts';
import type { KeptSession } from '../record/kept-session.ts';

const folder = join(import.meta.dirname, '../histories');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('I12: histories that earlier releases recorded replay on this one', () => {
  test('there are some for every shape that a session can have', () => {
    expect(files.map((name) => name.replace(/\..*$/, ''))).toEqual(
      expect.arrayContaining([
        'archived',
        'busy',
        'compacted',
        'ephemeral',
        'failed',
        'forked',
        'greeted',
        'plain',
        'rolled',
      ]),
    );
  });

  test.each(files)('%s', async (name) => {
    const kept = JSON.parse(readFileSync(join(folder, name), 'utf8')) as KeptSession;
    const runs = kept.runs.map(({ runId, history }) => ({ runId, history: historyFromJSON(history) }));
    const parts = { replayBundlePath: sharedServers().replayBundlePath, dataConverter: {} };
    const replayed = (await replaySession(parts, kept.key, runs))?.newest;
    expect(replayed).toMatchObject({ facts: kept.facts, revision: kept.revision });
    expect(replayed?.messages).toEqual(kept.messages);
  });
});
