import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createInferenceActivities } from '../../activities/infer.ts';
import { openFakeOpenAi, type FakeOpenAi } from '../../bench/fake-openai.ts';
import { openModels } from '../../models/open-models.ts';
import { openCircuit } from '../../runtime/open-circuit.ts';
import { addLiveEvents, listLiveEvents } from '../../store/live-events.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createApiSession } from '../harness/api-session.ts';
import { noTools } from '../harness/no-tools.ts';
import { until } from '../harness/until.ts';
import { configFor } from '../models/calls.ts';

interface QueueJson {
  readonly running: readonly unknown[];
  readonly waiting: readonly {
    readonly session: string;
    readonly reason: string;
    readonly retryAt?: string;
  }[];
  readonly providers: readonly {
    readonly state: string;
    readonly since: string | null;
    readonly retryAt: string | null;
  }[];
}

let model: FakeOpenAi;
let server: ApiServer;
let isDown = true;
beforeAll(async () => {
  model = await openFakeOpenAi({
    answer: () => (isDown ? { kind: 'error', status: 503, message: 'down for now' } : undefined),
  });
  server = await openApiServer({
    infer: ({ client, database, reports }) =>
      createInferenceActivities({
        client,
        models: openModels(configFor(model.baseUrl)),
        takePrepared: () => undefined,
        addLiveEvents: (events) => addLiveEvents(database, events),
        tokens: { take: () => Promise.resolve({ isGranted: true, waitMs: 0 }), correct: () => undefined },
        ...noTools,
        reports,
        circuit: openCircuit(database, 'default'),
      }),
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

const queue = async () => (await server.call<QueueJson>('GET', '/api/queue')).body;

test('I2: a provider that is away opens its circuit: calls wait, one at a time tries, and each gets its reply in the end', async () => {
  const sessions = await Promise.all(
    Array.from({ length: 8 }, (_, index) => createApiSession(server, { label: `talk ${index}` })),
  );
  for (const session of sessions) await session.accept('a', `hello from ${session.key}`);
  const open = await until(async () => (await queue()).providers[0]?.state === 'open' && queue(), {
    what: 'the circuit to open',
    deadlineMs: 60_000,
  });
  expect(Date.parse(open.providers[0]!.since!)).toBeLessThanOrEqual(Date.now());
  expect(open.providers[0]!.retryAt).not.toBeNull();
  await until(
    async () => {
      const { running, waiting } = await queue();
      return (
        running.length === 0 && waiting.length === 8 && waiting.every(({ reason }) => reason === 'backoff')
      );
    },
    { what: 'all to wait without a slot', deadlineMs: 60_000 },
  );
  const asked = model.requests.length;
  const from = Date.now();
  await until(() => Date.now() - from > 6_000, { what: 'some trials' });
  // Two, four, eight seconds between them; everybody alone would have come back each few seconds.
  expect(model.requests.length - asked).toBeLessThanOrEqual(4);
  const events = await listLiveEvents(server.engine.database, sessions[0]!.key, 0);
  expect(events.map(({ event }) => event)).toContainEqual(
    expect.objectContaining({ kind: 'turn.waiting', reason: 'backoff', retryAt: expect.any(Number) }),
  );
  isDown = false;
  for (const session of sessions) await session.untilStatus('a', 'done');
  await until(async () => (await queue()).providers[0]?.state === 'ready', { what: 'the circuit to close' });
}, 120_000);
