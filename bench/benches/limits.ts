/** The limits of the shared model, read from the model server's own log, with two worker processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatRequest, FakeOpenAi, FakeRequest } from '../fake-openai.ts';
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Limit, Measurement } from '../measure/measurement.ts';
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
  await using bench = await openBenchProduct({ latencyMs, words: answerTokens, countInput: countTokens });
  const product = await bench.start();
  await using worker = await startWorker(bench.home, bench.model);
  say(`second worker: process ${worker.pid}`);
  const keys = await createSessions(product.client, 40);
  await talkAtOnce(product.client, keys, 1);
  say('4 slots');
  const slots = await measureSlots(product, bench.model, keys);
  say('10 requests a second, for a minute');
  const rated = await measureRate(product, bench.model, keys);
  say('12,000 tokens a minute, for a minute');
  return [slots, ...rated, ...(await measureTokens(product, bench.model))];
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

/** With sessions that have said little: a call must be small beside what a minute has, or one more or less decides. */
async function measureTokens(product: Product, model: FakeOpenAi): Promise<readonly Measurement[]> {
  const keys = await createSessions(product.client, 40);
  await talkAtOnce(product.client, keys, 1);
  await using talk = keepTalking(product.client, keys);
  await setLimits(product, { tokensPerMinute: 12_000 });
  const calls = await callsOfMinute(model);
  talk.stop();
  await setLimits(product, { tokensPerMinute: null });
  const value = calls.reduce((sum, { body }) => sum + countTokens(body) + answerTokens, 0);
  const measured = {
    what: 'tokens used, limit 12,000 a minute',
    value,
    floor: 12_000,
    unit: 'tokens',
  } as const;
  return within(measured, { of: 'ratio', atLeast: 0.95, atMost: 1.05 });
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
async function callsOfMinute(model: FakeOpenAi): Promise<readonly FakeRequest[]> {
  await sleep(settleMs);
  const from = Date.now();
  await sleep(windowMs);
  return model.requests.filter(({ at }) => at >= from && at < from + windowMs);
}

/** Words of an answer, each a token. */
const answerTokens = 20;

/** What the model server says that a request took: by another measure than the product's estimate, as real ones do. */
const countTokens = ({ messages }: ChatRequest): number =>
  messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 4.4) + 3, 0);

/** Two lines of the table: what was measured must be neither more nor less than that. */
const within = (
  measured: Measurement,
  limit: { readonly of: Limit['of']; readonly atLeast: number; readonly atMost: number },
): readonly Measurement[] => {
  const { of, atLeast, atMost } = limit;
  return [
    { ...measured, limit: { of, atMost } },
    { ...measured, what: 'the same, at least', limit: { of, atLeast } },
  ];
};

async function setLimits(
  { client }: Product,
  change: Readonly<Record<string, number | null>>,
): Promise<void> {
  const { status } = await client.call('PUT', '/api/queue/limits', change);
  if (status !== 200) throw new Error(`The limits were answered with ${status}.`);
}
