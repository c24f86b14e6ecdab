import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import proto from '@temporalio/proto';
import { noLimits } from '../../domain/queue-limits.ts';
import { listLimits } from '../../store/queue-limits.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createTalkingModel } from '../harness/talking-model.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await openApiServer({ infer: () => createTalkingModel().infer });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const change = (body: unknown) => server.call('PUT', '/api/queue/limits', body);

async function queueConfig() {
  const { temporal, namespace } = server.engine;
  const { config } = await temporal.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: 'inference' },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    reportConfig: true,
  });
  return config;
}

describe('PUT /api/queue/limits', () => {
  test('changes what is named, keeps the rest, and null removes a limit', async () => {
    expect((await change({ slots: 3, requestsPerSecond: 2.5 })).body).toEqual({
      limits: { ...noLimits, slots: 3, requestsPerSecond: 2.5 },
    });
    const { status, body } = await change({ requestsPerSecond: null, tokensPerMinute: 1_000 });
    expect([status, body]).toEqual([200, { limits: { ...noLimits, slots: 3, tokensPerMinute: 1_000 } }]);
    expect((await listLimits(server.engine.database)).get('default')).toMatchObject({ slots: 3 });
  });

  test('has Temporal keep the rates', async () => {
    await change({ requestsPerSecond: 7, requestsPerSecondPerSession: 2 });
    expect(await queueConfig()).toMatchObject({
      queueRateLimit: { rateLimit: { requestsPerSecond: 7 } },
      fairnessKeysRateLimitDefault: { rateLimit: { requestsPerSecond: 2 } },
    });
    await change({ requestsPerSecond: null });
    expect((await queueConfig())?.queueRateLimit?.rateLimit ?? null).toBeNull();
  });

  test.each([
    [{ slots: 0 }, 400],
    [{ slots: 1.5 }, 400],
    [{ requestsPerSecond: -1 }, 400],
    [{ speed: 9 }, 400],
    [{ provider: 'nobody', slots: 1 }, 404],
  ])('refuses %j', async (body, status) => {
    expect((await change(body)).status).toBe(status);
  });
});
