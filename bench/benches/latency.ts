/** How long it takes until a message is safe, and until the model has it, against a bare workflow on the same server. */
import { randomUUID } from 'node:crypto';
import { openFloor } from '../floor/open-floor.ts';
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Measurement } from '../measure/measurement.ts';
import { median } from '../measure/statistics.ts';
import { openBenchProduct } from '../product/open-bench-product.ts';
import { plainText } from '../product/plain-text.ts';
import type { Product } from '../product/product.ts';
import { findRequest } from '../product/timed-turn.ts';

export const latency: Bench = {
  name: 'latency',
  title: 'One message on an idle server',
  run: measureLatency,
};

async function measureLatency({ rounds = 100, say }: BenchContext): Promise<readonly Measurement[]> {
  await using bench = await openBenchProduct();
  const product = await bench.start();
  await using floor = await openFloor({ address: product.temporalAddress });
  const key = await product.client.createSession();
  for (let turn = 0; turn < 5; turn += 1) await product.client.ask(key, plainText('warm'));
  const bare = { acks: [] as number[], starts: [] as number[] };
  const own = { acks: [] as number[], starts: [] as number[] };
  say(`${rounds} messages, each beside a bare one`);
  // One after the other in turn, so that whatever else the machine does hits both alike.
  for (let round = 0; round < rounds; round += 1) {
    const turn = await floor.turn('floor-latency');
    bare.acks.push(turn.ackMs);
    bare.starts.push(turn.acceptedToActivityMs);
    const marker = `m-${randomUUID()}`;
    const { ackMs, sentAt } = await postAndFinish(product, key, marker);
    own.acks.push(ackMs);
    own.starts.push(findRequest(bench.model, marker).at - sentAt);
  }
  return [
    {
      what: 'post → acknowledged, p50 (floor: bare signal-with-start)',
      value: median(own.acks),
      floor: median(bare.acks),
      unit: 'ms',
      limit: { of: 'ratio', atMost: 1.5 },
    },
    {
      what: 'post → request at the model, p50 (floor: signal-with-start → activity)',
      value: median(own.starts),
      floor: median(bare.starts),
      unit: 'ms',
      limit: { of: 'ratio', atMost: 1.6 },
    },
  ];
}

async function postAndFinish(product: Product, key: string, id: string) {
  const text = plainText(id);
  const sentAt = Date.now();
  const startedAt = performance.now();
  const answer = await product.client.post(key, { id, text });
  const ackMs = performance.now() - startedAt;
  if (answer.status !== 202) throw new Error(`Not accepted: ${answer.status} ${JSON.stringify(answer.body)}`);
  // The same id again is answered with the first one's outcome.
  await product.client.post(key, { id, text, wait: true });
  return { ackMs, sentAt };
}
