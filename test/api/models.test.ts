import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sessionWorkflowId } from '../../workflows/protocol.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createTalkingModel } from '../harness/talking-model.ts';
import { until } from '../harness/until.ts';

const checks = [
  { name: 'work', kind: 'openai', models: ['gpt-x'], problem: null },
  { name: 'claude', kind: 'anthropic', models: [], problem: { code: 'model-no-key', reason: 'claude: KEY' } },
];

let server: ApiServer;
beforeAll(async () => {
  server = await openApiServer({
    infer: () => createTalkingModel().infer,
    models: {
      default: 'work:gpt-x',
      providers: ['work', 'claude'],
      check: () => Promise.resolve(checks),
    },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** The queue of the session's first model call. */
async function queueOf(key: string): Promise<string | null | undefined> {
  const handle = server.engine.temporal.workflow.getHandle(sessionWorkflowId(key));
  await server.call('POST', `/api/sessions/${key}/messages`, { text: 'hello' });
  return until(
    async () => {
      const { events } = await handle.fetchHistory();
      return events
        ?.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled ?? [])
        .find(({ activityType }) => activityType?.name === 'infer')?.taskQueue?.name;
    },
    { what: 'the call' },
  );
}

describe('GET /api/models', () => {
  test('lists every provider with what is wrong in a sentence', async () => {
    const { status, body } = await server.call('GET', '/api/models');
    expect(status).toBe(200);
    expect(body).toEqual({
      default: 'work:gpt-x',
      providers: [
        { name: 'work', kind: 'openai', isDefault: true, state: 'ready', problem: null, models: ['gpt-x'] },
        {
          name: 'claude',
          kind: 'anthropic',
          isDefault: false,
          state: 'failing',
          problem: { code: 'model-no-key', detail: expect.stringContaining('has no key') },
          models: [],
        },
      ],
    });
  });
});

describe('the queue of a session’s calls', () => {
  test.each([
    [undefined, 'inference'],
    ['work:gpt-y', 'inference'],
    ['nobody:x', 'inference'],
    ['claude:sonnet', 'inference/claude'],
  ])('with the model %s is %s', async (model, queue) => {
    const { body } = await server.call<{ sessionKey: string }>('POST', '/api/sessions/create', {
      label: 'has a title',
      ...(model === undefined ? {} : { model }),
    });
    expect(await queueOf(body.sessionKey)).toBe(queue);
  });

  test('follows a change of the model', async () => {
    const { body } = await server.call<{ sessionKey: string }>('POST', '/api/sessions/create', {
      label: 'has a title',
      model: 'claude:sonnet',
    });
    await server.call('PATCH', `/api/sessions/${body.sessionKey}`, { model: null });
    expect(await queueOf(body.sessionKey)).toBe('inference');
  });
});
