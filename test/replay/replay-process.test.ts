import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openReplayer, type Replayer } from '../../replay/replayer.ts';
import { listProcesses } from '../../runtime/process-table.ts';
import type { ReplaySettings } from '../../runtime/replay-process.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { sharedServers } from '../harness/servers.ts';
import { createTalkingModel } from '../harness/talking-model.ts';
import { until } from '../harness/until.ts';

const root = join(import.meta.dirname, '../..');
let server: ApiServer;
beforeAll(async () => {
  // The process runs what is built, as it does in production.
  const { build } = (await import(pathToFileURL(join(root, 'cli/build.mjs')).href)) as {
    readonly build: () => Promise<void>;
  };
  await build();
  server = await openApiServer({ infer: () => createTalkingModel().infer });
}, 120_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

function open(label: string, idleMs?: number): Replayer {
  const { temporalAddress: address } = sharedServers();
  return openReplayer<ReplaySettings>({
    processPath: join(root, 'dist/runtime/replay-process.js'),
    label,
    settings: {
      temporal: { address, namespace: server.engine.namespace, variables: {} },
      databaseUrl: server.engine.database.url,
    },
    ...(idleMs === undefined ? {} : { idleMs }),
  });
}

const processesOf = async (label: string): Promise<readonly number[]> =>
  (await listProcesses()).filter(({ args }) => args.includes(label)).map(({ pid }) => pid);

async function talk(key: string, text: string): Promise<void> {
  await server.call('POST', '/api/sessions/create', { key });
  const { status } = await server.call('POST', `/api/sessions/${key}/messages`, { text, wait: 20 });
  expect(status).toBe(200);
}

describe('the replay process', () => {
  test('answers as a replay in this process does, large texts out of the database included', async () => {
    const text = `Long: ${'a word and another '.repeat(9_000)}`;
    await talk('large', text);
    await using replayer = open('replays-large');
    const answer = await replayer.replay('large');
    expect(answer).toMatchObject({ kind: 'replayed', newest: { key: 'large', baseRevision: 0 } });
    expect(answer).toEqual(await server.engine.replayer.replay('large'));
    expect(await replayer.timeline('large')).toEqual(await server.engine.replayer.timeline('large'));
    const { transcript } = await replayer.stateAt('large', 0);
    expect(transcript[0]?.text).toBe(text);
  });

  test('is there from the first question on and ends when nobody has any', async () => {
    await talk('idle', 'hello');
    await using replayer = open('replays-idle', 100);
    expect(await processesOf('replays-idle')).toHaveLength(0);
    await replayer.timeline('idle');
    await until(async () => (await processesOf('replays-idle')).length === 0, { what: 'the process to end' });
    expect(await replayer.timeline('idle')).not.toHaveLength(0);
  });

  test('is started again when it was killed; who waited is told', async () => {
    await talk('killed', 'hello');
    await using replayer = open('replays-killed');
    await replayer.timeline('killed');
    const [pid = 0] = await processesOf('replays-killed');
    const waiting = replayer.replay('killed');
    process.kill(pid, 'SIGKILL');
    await expect(waiting).rejects.toMatchObject({ code: 'replay-unavailable' });
    expect(await replayer.replay('killed')).toMatchObject({ kind: 'replayed' });
  });

  test('refuses with the codes of the server, and ends with whoever opened it', async () => {
    const replayer = open('replays-ended');
    await expect(replayer.timeline('nobody')).rejects.toMatchObject({
      kind: 'not-found',
      code: 'unknown-session',
    });
    expect(await replayer.replay('nobody')).toEqual({ kind: 'unknown' });
    expect(await processesOf('replays-ended')).toHaveLength(1);
    await replayer[Symbol.asyncDispose]();
    expect(await processesOf('replays-ended')).toHaveLength(0);
  });
});
