import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { owner } from '../../engine/caller.ts';
import { rebuildProjection } from '../../engine/past/rebuild-projection.ts';
import { verifySessions, type VerifyReport } from '../../engine/past/verify-sessions.ts';
import { loadStoredSession } from '../../store/stored-session.ts';
import { sessionWorkflowId } from '../../workflows/protocol.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { startRollingSession } from '../harness/rolling-session.ts';
import { createTalkingModel } from '../harness/talking-model.ts';
import { until } from '../harness/until.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await openApiServer({ infer: () => createTalkingModel().infer });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function verify(key: string): Promise<VerifyReport> {
  for await (const event of verifySessions(server.engine, owner, key))
    if (event.kind === 'done') return event;
  throw new Error('No report.');
}

/** What retention does in time. */
async function deleteOlderRuns(key: string): Promise<void> {
  const { temporal: client, namespace } = server.engine;
  const workflowId = sessionWorkflowId(key);
  const query = `WorkflowId = '${workflowId}' AND ExecutionStatus = 'ContinuedAsNew'`;
  for await (const { runId } of client.workflow.list({ query }))
    await client.workflowService.deleteWorkflowExecution({
      namespace,
      workflowExecution: { workflowId, runId },
    });
}

test('I9: when the oldest runs are gone, what is left is compared, the answer says so, and a rebuild keeps the rest', async () => {
  await startRollingSession(server.engine, 'pruned');
  for (let index = 0; index < 8; index += 1)
    await server.call('POST', '/api/sessions/pruned/messages', { text: `m${index}`, wait: 20 });
  expect(await verify('pruned')).toMatchObject({ differences: [], incomplete: [] });
  const before = await loadStoredSession(server.engine.database, 'pruned');
  await deleteOlderRuns('pruned');
  const report = await until(
    async () => {
      const found = await verify('pruned');
      return found.incomplete.length > 0 && found;
    },
    // The server takes up to a minute to remove a closed run.
    { what: 'the runs to go', deadlineMs: 90_000 },
  );
  expect(report).toMatchObject({ differences: [], failures: [], incomplete: [{ key: 'pruned' }] });
  expect(report.incomplete[0]?.provenFrom).toBeGreaterThan(1);
  for await (const event of rebuildProjection(server.engine, owner, 'pruned'))
    expect(event).not.toMatchObject({ failures: [expect.anything()] });
  expect(await loadStoredSession(server.engine.database, 'pruned')).toEqual(before);
  const timeline = await server.call<{ items: readonly object[] }>('GET', '/api/sessions/pruned/timeline');
  expect(timeline.body.items[0]).toMatchObject({ n: 0, kind: 'rolled' });
}, 120_000);
