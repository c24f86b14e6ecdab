import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { owner } from '../../engine/caller.ts';
import { verifySessions } from '../../engine/past/verify-sessions.ts';
import { openReplays } from '../../replay/replays.ts';
import { createDataConverter } from '../../runtime/data-converter.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createTalkingModel } from '../harness/talking-model.ts';

const root = join(import.meta.dirname, '../..');
let server: ApiServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atrium-careless-'));
  server = await openApiServer({ infer: () => createTalkingModel().infer });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The workflows after the change, as a build would make them for replay. */
async function bundleChanged(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows/index.ts'),
    logger: new DefaultLogger('ERROR'),
    workflowInterceptorModules: [
      join(root, 'replay/snapshot-interceptor.ts'),
      join(import.meta.dirname, 'broken-workflows.ts'),
    ],
  });
  const path = join(folder, 'replay-bundle.js');
  await writeFile(path, code);
  return path;
}

describe('I12: a change of the workflow that living sessions would not survive', () => {
  test('is caught on replay, with the session, its run and the event named, and stops no other', async () => {
    for (const key of ['careless', 'untouched']) {
      await server.call('POST', '/api/sessions/create', { key });
      await server.call('POST', `/api/sessions/${key}/messages`, { text: 'hello', wait: 20 });
    }
    const { temporal: client, database } = server.engine;
    const dataConverter = createDataConverter(database);
    const replayBundlePath = await bundleChanged();
    await using replayer = openReplays({ client, dataConverter, replayBundlePath });
    const events = [];
    for await (const event of verifySessions({ ...server.engine, replayer }, owner)) events.push(event);
    const { runId } = await client.workflow.getHandle('session/careless').describe();
    expect(events.at(-1)).toMatchObject({
      kind: 'done',
      checked: 2,
      differences: [],
      failures: [{ key: 'careless', reason: expect.stringContaining(runId) }],
    });
    expect(JSON.stringify(events.at(-1))).toMatch(/Cannot replay session careless: run .* event/i);
    await expect(replayer.timeline('careless')).rejects.toMatchObject({ code: 'replay-failed' });
  });
});
