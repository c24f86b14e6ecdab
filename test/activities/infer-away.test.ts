import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CallReports } from '../../activities/call-reports.ts';
import { createInferenceActivities } from '../../activities/infer.ts';
import type { ProviderCircuit } from '../../activities/provider-circuit.ts';
import { openFakeOpenAi, type FakeOpenAi } from '../../bench/fake-openai.ts';
import { closedCircuit } from '../../domain/circuit.ts';
import type { LiveEvent } from '../../domain/live-event.ts';
import { openModels } from '../../models/open-models.ts';
import type { InferenceActivities } from '../../workflows/protocol.ts';
import { allClosed } from '../harness/closed-circuit.ts';
import { noTools } from '../harness/no-tools.ts';
import { openSessionServer, type SessionServer } from '../harness/session-server.ts';
import { until } from '../harness/until.ts';
import { configFor } from '../models/calls.ts';

let model: FakeOpenAi;
let server: SessionServer;
let inference: InferenceActivities;
const events: LiveEvent[] = [];
const reported: string[] = [];
const reports: CallReports = {
  began: () => undefined,
  wrote: () => undefined,
  paused: ({ session }, { reason, attempt }) =>
    reported.push(`${session} waits for ${reason} after ${attempt}`),
  ended: () => undefined,
};

beforeAll(async () => {
  model = await openFakeOpenAi();
  server = await openSessionServer((input) => inference.infer(input));
});
afterAll(async () => {
  await server.stop();
  await model[Symbol.asyncDispose]();
});

const build = (circuit: ProviderCircuit, fallbacks: readonly string[] = []): InferenceActivities =>
  createInferenceActivities({
    client: server.client,
    models: openModels({ ...configFor(model.baseUrl), fallbacks }),
    takePrepared: () => undefined,
    addLiveEvents: (added) => Promise.resolve(void events.push(...added)),
    tokens: { take: () => Promise.resolve({ isGranted: true, waitMs: 0 }), correct: () => undefined },
    ...noTools,
    reports,
    circuit,
  });
const titled = { label: 'has a title' };
const eventsOf = (key: string) => events.filter((event) => event.session === key);

describe('a model call whose provider is away for all', () => {
  const away: ProviderCircuit = {
    ...allClosed,
    look: () => Promise.resolve({ ...closedCircuit, since: Date.now(), code: 'model-overloaded' }),
    enter: () => Promise.resolve({ kind: 'wait', until: Date.now() + 100, reason: 'open' }),
  };

  test('I2: goes to the fallback at once, without asking the provider', async () => {
    const own = build(allClosed, ['openai:second']);
    const fallen = build(away, ['openai:second']);
    inference = { infer: (input) => (input.isFallback === true ? own : fallen).infer(input) };
    const before = model.requests.length;
    const session = await server.start(titled);
    await session.post('a', { text: 'the question' });
    expect((await session.outcome('a')).row).toMatchObject({ status: 'complete', model: 'openai:second' });
    expect(model.requests.slice(before)).toHaveLength(1);
  });

  test('waits for it without a fallback, and is no second attempt afterwards', async () => {
    let isAway = true;
    const circuit: ProviderCircuit = {
      ...away,
      enter: () => (isAway ? away.enter() : allClosed.enter()),
    };
    inference = build(circuit);
    const before = model.requests.length;
    const session = await server.start(titled);
    await session.post('a', { text: 'in the end' });
    const waits = () => reported.filter((line) => line === `${session.key} waits for backoff after 0`);
    await until(() => waits().length >= 2, { what: 'two looks' });
    expect(model.requests).toHaveLength(before);
    isAway = false;
    expect((await session.outcome('a')).row.text).toBe('Answer to: in the end');
    expect(eventsOf(session.key)[0]).toMatchObject({ kind: 'turn.started', attempt: 1 });
  });

  test('I2: ends in one outcome that says why, when the patience is at its end', async () => {
    const long: ProviderCircuit = {
      ...away,
      look: () => Promise.resolve({ ...closedCircuit, since: 1, code: 'model-overloaded' }),
      enter: () => Promise.resolve({ kind: 'wait', until: Date.now() + 60_000, reason: 'open' }),
    };
    inference = build(long);
    const session = await server.start(titled);
    await session.post('a');
    expect((await session.outcome('a')).row).toMatchObject({
      status: 'failed',
      problem: { code: 'model-overloaded' },
    });
  });
});
