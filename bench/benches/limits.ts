/** The limits of the shared model, read from the model server's own log, with two worker processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeOpenAi } from '../fake-openai.ts';
import type { Bench, BenchContext } from '../measure/bench.ts';
import { within, type Measurement } from '../measure/measurement.ts';
import { callsOfMinute, setLimits, windowMs } from '../measure/minute.ts';
import { countAtOnce } from '../measure/count-at-once.ts';
import { openBenchProduct } from '../product/open-bench-product.ts';
import type { Product } from '../product/product.ts';
import { keepTalking } from '../product/keep-talking.ts';
import { createSessions, talkAtOnce } from '../product/run-sessions.ts';
import { startWorker } from '../product/start-worker.ts';

export const limits: Bench = {
  name: 'limits',
  title: 'Limits of the shared model hold, with two worker processes',
  isOnRequest: true,
  run: measureLimits,
};

const latencyMs = 200;

async function measureLimits({ say }: BenchContext): Promise<readonly Measurement[]> {
  await using bench = await openBenchProduct({ latencyMs, words: 20 });
  const product = await bench.start();
  await using worker = await startWorker(bench.home, bench.model);
  say(`second worker: process ${worker.pid}`);
  const keys = await createSessions(product.client, 40);
  await talkAtOnce(product.client, keys, 1);
  say('4 slots');
  const slots = await measureSlots(product, bench.model, keys);
  say('10 requests a second, for a minute');
  const rated = await measureRate(product, bench.model, keys);
  return [slots, ...rated];
}

async function measureRate(
  product: Product,
  model: FakeOpenAi,
  keys: readonly string[],
): Promise<readonly Measurement[]> {
  await using talk = keepTalking(product.client, keys);
  await setLimits(product, { slots: 64, requestsPerSecond: 10 });
  const calls = await callsOfMinute(model);
  talk.stop();
  await setLimits(product, { requestsPerSecond: null });
  const value = calls.length / (windowMs / 1_000);
  const measured: Measurement = { what: 'calls begun, limit 10/s, over 60 s', value, unit: 'calls/s' };
  return within(measured, { of: 'value', atLeast: 9, atMost: 10.5 });
}

async function measureSlots(
  product: Product,
  model: FakeOpenAi,
  keys: readonly string[],
): Promise<Measurement> {
  await setLimits(product, { slots: 4 });
  // Calls that were asked for before the change go back by now.
  await sleep(1_000);
  const first = model.requests.length;
  await talkAtOnce(product.client, keys, 3);
  return {
    what: 'calls at once at the provider, 4 slots, most',
    value: countAtOnce(model.requests.slice(first), model.ends),
    unit: 'calls',
    limit: { of: 'value', atMost: 4 },
    note: `${model.requests.length - first} calls`,
  };
}
