/** The limits of the shared model, read from the model server's own log, with two worker processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeOpenAi } from '../fake-openai.ts';
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Measurement } from '../measure/measurement.ts';
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

const windowMs = 60_000;
/** Until a changed limit is all that matters. */
const settleMs = 8_000;
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
  await using talk = keepTalking(product.client, keys);
  say('10 requests a second, for a minute');
  await setLimits(product, { slots: 64, requestsPerSecond: 10 });
  const calls = await countCalls(bench.model);
  say('12,000 tokens a minute, for a minute');
  await setLimits(product, { requestsPerSecond: null, tokensPerMinute: 12_000 });
  const tokens = (await countCalls(bench.model)) * tokensOfCall;
  talk.stop();
  await setLimits(product, { tokensPerMinute: null });
  return [slots, ...rateMeasurements(calls / (windowMs / 1_000)), ...tokenMeasurements(tokens)];
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

/** The calls that begin within a minute. */
async function countCalls(model: FakeOpenAi): Promise<number> {
  await sleep(settleMs);
  const from = Date.now();
  await sleep(windowMs);
  return model.requests.filter(({ at }) => at >= from && at < from + windowMs).length;
}

/** What the model server reports of each call: eleven of the request, and a word a token. */
const tokensOfCall = 11 + 20;

const rateMeasurements = (value: number): readonly Measurement[] => [
  {
    what: 'calls begun, limit 10/s, over 60 s',
    value,
    unit: 'calls/s',
    limit: { of: 'value', atMost: 10.5 },
  },
  {
    what: 'the same, at least',
    value,
    unit: 'calls/s',
    limit: { of: 'value', atLeast: 9 },
  },
];

const tokenMeasurements = (value: number): readonly Measurement[] => [
  {
    what: 'tokens used, limit 12,000 a minute',
    value,
    floor: 12_000,
    unit: 'tokens',
    limit: { of: 'ratio', atMost: 1.05 },
  },
  {
    what: 'the same, at least',
    value,
    floor: 12_000,
    unit: 'tokens',
    limit: { of: 'ratio', atLeast: 0.95 },
  },
];

async function setLimits(
  { client }: Product,
  change: Readonly<Record<string, number | null>>,
): Promise<void> {
  const { status } = await client.call('PUT', '/api/queue/limits', change);
  if (status !== 200) throw new Error(`The limits were answered with ${status}.`);
}
