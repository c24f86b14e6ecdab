/** What a person waits for when everything is killed in the middle of an answer and started again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeAnswer } from '../fake-openai-answer.ts';
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Measurement } from '../measure/measurement.ts';
import { openBenchProduct, type BenchProduct } from '../product/open-bench-product.ts';
import type { Product } from '../product/product.ts';
import { openEvents } from '../product/open-events.ts';

export const resume: Bench = {
  name: 'resume',
  title: 'Everything killed while five sessions are being answered',
  run: measureResume,
};

const sessions = 5;
/** Speaks for a minute: longer than anybody needs to kill it. */
const slowAnswer: FakeAnswer = { kind: 'text', text: 'word '.repeat(600).trim(), wordDelayMs: 100 };

interface Resumed {
  readonly noticedMs: number;
  readonly finishedMs: number;
}

async function measureResume({ rounds = 3, say }: BenchContext): Promise<readonly Measurement[]> {
  const seen = new Set<string>();
  await using bench = await openBenchProduct({
    // The first time that a question comes it is answered slowly, again at once.
    answer({ body }) {
      const question = body.messages.at(-1)?.content ?? '';
      if (!question.startsWith('slowly') || seen.has(question)) return undefined;
      seen.add(question);
      return slowAnswer;
    },
  });
  let product = await bench.start();
  const results: Resumed[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`round ${round} of ${rounds}`);
    const outcome = await killAndWait(bench, product, round);
    product = outcome.product;
    results.push(...outcome.resumed);
  }
  const slowest = (of: (turn: Resumed) => number): number => Math.max(...results.map(of)) / 1000;
  return [
    {
      what: 'ready → the viewer knows that the worker was lost, slowest',
      value: slowest(({ noticedMs }) => noticedMs),
      unit: 's',
      limit: { of: 'value', atMost: 10 },
      note: `${results.length} turns`,
    },
    {
      what: 'ready → the turn has its reply, slowest',
      value: slowest(({ finishedMs }) => finishedMs),
      unit: 's',
      limit: { of: 'value', atMost: 10 },
    },
  ];
}

async function killAndWait(bench: BenchProduct, product: Product, round: number) {
  const keys = await Promise.all(Array.from({ length: sessions }, () => product.client.createSession()));
  const asked = bench.model.requests.length;
  for (const key of keys) await product.client.post(key, { text: `slowly ${round} ${key}` });
  while (bench.model.requests.length < asked + sessions) await sleep(20);
  // Until the first words are with the viewers.
  await sleep(500);
  await product.kill();
  const started = await bench.start();
  const readyAt = performance.now();
  const resumed = await Promise.all(keys.map((key) => watch(started, key, readyAt)));
  return { product: started, resumed };
}

/** A viewer who comes back: when it is told that the first answer is void, and when it has the second. */
async function watch(product: Product, key: string, readyAt: number): Promise<Resumed> {
  const deadline = AbortSignal.timeout(60_000);
  let noticedMs = Number.NaN;
  for await (const { name, data } of openEvents(product, key, deadline)) {
    if (name === 'turn.reset') noticedMs = performance.now() - readyAt;
    const isNextAttempt = name === 'turn.started' && data['attempt'] !== 1;
    if (isNextAttempt && Number.isNaN(noticedMs)) noticedMs = performance.now() - readyAt;
    if (name === 'turn.finished') return { noticedMs, finishedMs: performance.now() - readyAt };
  }
  return { noticedMs, finishedMs: Number.NaN };
}
