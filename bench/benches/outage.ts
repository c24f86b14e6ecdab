/** A provider that is away for most of a minute: who gets a reply in the end, and how often it is asked meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Measurement } from '../measure/measurement.ts';
import { percentile } from '../measure/statistics.ts';
import { openBenchProduct } from '../product/open-bench-product.ts';
import { plainText } from '../product/plain-text.ts';
import type { ProductClient } from '../product/product-client.ts';
import { createSessions } from '../product/run-sessions.ts';

export const outage: Bench = {
  name: 'outage',
  title: 'A provider is away for 50 s while 100 sessions wait for a reply',
  isOnRequest: true,
  run: measureOutage,
};

const awayMs = 50_000;
const sessionCount = 100;

async function measureOutage({ say }: BenchContext): Promise<readonly Measurement[]> {
  let isAway = true;
  const answer = () => (isAway ? ({ kind: 'error', status: 503, message: 'away' } as const) : undefined);
  await using bench = await openBenchProduct({ latencyMs: 100, words: 10, answer });
  const { client } = await bench.start();
  const keys = await createSessions(client, sessionCount);
  const replies = Promise.all(keys.map((key) => askOnce(client, key)));
  await sleep(10_000);
  const states = await providerStates(client);
  const asked = bench.model.requests.length;
  await sleep(awayMs - 10_000);
  const trials = bench.model.requests.length - asked;
  say(`after 10 s: ${states}; then ${trials} calls in 40 s`);
  isAway = false;
  const backAt = Date.now();
  const times = (await replies).flatMap((at) => (at === undefined ? [] : [at - backAt]));
  return [
    {
      what: 'messages without a reply',
      value: sessionCount - times.length,
      unit: 'rows',
      limit: { of: 'value', atMost: sessionCount / 20 },
    },
    {
      what: 'calls to the provider from the 10th to the 50th second',
      value: trials,
      unit: 'calls',
      limit: { of: 'value', atMost: 10 },
    },
    { what: 'reply, after it is back, p95', value: percentile(times, 0.95) / 1_000, unit: 's' },
  ];
}

/** When the reply was there; undefined for another outcome. */
const askOnce = (client: ProductClient, key: string): Promise<number | undefined> =>
  client.ask(key, plainText(key)).then(
    () => Date.now(),
    () => undefined,
  );

async function providerStates(client: ProductClient): Promise<string> {
  const { body } = await client.call<{ readonly providers: readonly { readonly state: string }[] }>(
    'GET',
    '/api/queue',
  );
  return body.providers.map(({ state }) => state).join();
}
