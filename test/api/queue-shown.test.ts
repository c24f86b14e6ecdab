import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createInferenceActivities } from '../../activities/infer.ts';
import type { LiveEvent } from '../../domain/live-event.ts';
import { openCircuit } from '../../runtime/open-circuit.ts';
import { openModels } from '../../models/open-models.ts';
import { addLiveEvents, listLiveEvents } from '../../store/live-events.ts';
import { openFakeOpenAi, type FakeOpenAi } from '../../bench/fake-openai.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createApiSession } from '../harness/api-session.ts';
import { noTools } from '../harness/no-tools.ts';
import { until } from '../harness/until.ts';
import { configFor } from '../models/calls.ts';

interface QueueJson {
  readonly running: readonly { readonly session: string; readonly [name: string]: unknown }[];
  readonly waiting: readonly { readonly session: string; readonly [name: string]: unknown }[];
  readonly rates: { readonly requests: number; readonly tokens: number };
  readonly providers: readonly { readonly name: string }[];
}

let model: FakeOpenAi;
let server: ApiServer;
beforeAll(async () => {
  model = await openFakeOpenAi({
    answer: ({ body }) =>
      JSON.stringify(body.messages.at(-1)).includes('hang') ? { kind: 'hang', text: 'so far' } : undefined,
  });
  server = await openApiServer({
    slots: 1,
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
const isFirst = (told: unknown): boolean => isDeepStrictEqual(told, { place: 0, reason: 'slots' });
const label = (text: string) => ({ label: text });
/** What viewers of a session were told of its place, in order. */
async function placesOf(key: string): Promise<readonly unknown[]> {
  const events = await listLiveEvents(server.engine.database, key, 0);
  return events.flatMap(({ event }: { readonly event: LiveEvent }) =>
    event.kind === 'turn.waiting' ? [{ place: event.place, reason: event.reason }] : [],
  );
}

describe('the queue', () => {
  test('shows who runs and who waits where, tells those who wait, and forgets what is over', async () => {
    const [first, second, third] = await Promise.all(
      ['first', 'second', 'third'].map((text) => createApiSession(server, label(text))),
    );
    await first!.accept('a', 'hang');
    await until(async () => (await queue()).running.length === 1, { what: 'the first to run' });
    await second!.accept('b', 'hang');
    await until(async () => (await queue()).waiting.length === 1, { what: 'the second to wait' });
    await third!.accept('c', 'hang');
    const shown = await until(async () => (await queue()).waiting.length === 2 && (await queue()), {
      what: 'the third to wait',
    });
    expect(shown.running).toEqual([
      expect.objectContaining({ session: first!.key, turn: 1, kind: 'reply', model: 'openai:small' }),
    ]);
    expect(shown.waiting).toEqual([
      expect.objectContaining({ session: second!.key, place: 0, reason: 'slots', priority: 1 }),
      expect.objectContaining({ session: third!.key, place: 1, reason: 'slots' }),
    ]);
    expect(shown.providers[0]).toMatchObject({ name: 'default', state: 'ready', since: null });
    await until(async () => (await placesOf(third!.key)).length > 0, { what: 'the third to hear of it' });
    expect(await placesOf(third!.key)).toEqual([{ place: 1, reason: 'slots' }]);

    await first!.verb('interrupt');
    const { waiting: left } = await until(
      async () => {
        const now = await queue();
        return now.waiting.length === 1 && now.running[0]?.session !== first!.key && now;
      },
      { what: 'one of them to run' },
    );
    // Among equals the server decides; the estimate need not know.
    const behind = left[0]!.session;
    await until(async () => isFirst((await placesOf(behind)).at(-1)), {
      what: 'the other to hear that it is next',
    });
    await third!.verb('interrupt');
    await second!.verb('interrupt');
    await until(async () => (await queue()).running.length + (await queue()).waiting.length === 0, {
      what: 'an empty queue',
    });
    const { rates } = await queue();
    expect(rates.requests).toBeGreaterThanOrEqual(2);
    expect(rates.tokens).toBeGreaterThan(0);
  });

  test('a call that starts at once is no news to anybody', async () => {
    const session = await createApiSession(server, label('quick'));
    await session.accept('a', 'hello');
    await session.untilStatus('a', 'done');
    expect(await placesOf(session.key)).toEqual([]);
  });

  test('stop reaches a call that waits: the turn is over in under a second, and the model never hears of it', async () => {
    const [busy, waiting] = [
      await createApiSession(server, label('busy')),
      await createApiSession(server, label('waiting')),
    ];
    await busy.accept('a', 'hang');
    await until(async () => (await queue()).running.length === 1, { what: 'the slot to be taken' });
    await waiting.accept('b', 'hang, never asked');
    await until(async () => (await queue()).waiting.length === 1, { what: 'the call to wait' });
    const asked = model.requests.length;
    const begun = Date.now();
    await waiting.verb('interrupt');
    await waiting.untilStatus('b', 'done');
    expect(Date.now() - begun).toBeLessThan(1_000);
    await until(async () => (await queue()).waiting.length === 0, { what: 'the queue to forget it' });
    await busy.verb('interrupt');
    await busy.untilStatus('a', 'done');
    expect(
      model.requests.slice(asked).filter(({ body }) => JSON.stringify(body).includes('never asked')),
    ).toEqual([]);
  });
});
