/** The limit of tokens a minute, read from the model server's own log, with two worker processes. */
import type { ChatRequest, FakeOpenAi } from '../fake-openai.ts';
import type { Bench, BenchContext } from '../measure/bench.ts';
import { within, type Measurement } from '../measure/measurement.ts';
import { callsOfMinute, setLimits } from '../measure/minute.ts';
import { keepTalking } from '../product/keep-talking.ts';
import { openBenchProduct } from '../product/open-bench-product.ts';
import type { Product } from '../product/product.ts';
import { createSessions, talkAtOnce } from '../product/run-sessions.ts';
import { startWorker } from '../product/start-worker.ts';

export const tokenLimit: Bench = {
  name: 'token-limit',
  title: 'The limit of tokens a minute holds, with two worker processes',
  isOnRequest: true,
  run: measureTokenLimit,
};

async function measureTokenLimit({ rounds = 1, say }: BenchContext): Promise<readonly Measurement[]> {
  const options = { latencyMs: 200, words: answerTokens, countInput: countTokens };
  await using bench = await openBenchProduct(options);
  const product = await bench.start();
  await using worker = await startWorker(bench.home, bench.model);
  say(`second worker: process ${worker.pid}`);
  const measured: Measurement[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`12,000 tokens a minute, for a minute, round ${round}`);
    measured.push(...(await measureTokens(product, bench.model)));
  }
  return measured;
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

/** Words of an answer, each a token. */
const answerTokens = 20;

/** What the model server says that a request took: by another measure than the product's estimate, as real ones do. */
const countTokens = ({ messages }: ChatRequest): number =>
  messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 4.4) + 3, 0);
