/** Turns a second with many sessions at once, against bare workflows on the same server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openFloor, type Floor } from '../floor/open-floor.ts';
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Measurement } from '../measure/measurement.ts';
import { openBenchProduct } from '../product/open-bench-product.ts';
import type { Product } from '../product/product.ts';
import { createSessions, talkAtOnce } from '../product/run-sessions.ts';

export const throughput: Bench = {
  name: 'throughput',
  title: 'Many sessions at once, the model answers at once',
  run: measureThroughput,
};

const turnsEach = 4;
/** Until titles are made and stored. */
const settleMs = 5_000;

async function measureThroughput({ say }: BenchContext): Promise<readonly Measurement[]> {
  await using bench = await openBenchProduct();
  const product = await bench.start();
  await using floor = await openFloor({ address: product.temporalAddress });
  const measurements: Measurement[] = [];
  for (const sessions of [50, 200]) {
    say(`${sessions} sessions × ${turnsEach} turns`);
    measurements.push(await compare(product, floor, sessions));
  }
  return measurements;
}

async function compare(product: Product, floor: Floor, sessions: number): Promise<Measurement> {
  const { client } = product;
  const keys = await createSessions(client, sessions);
  // A plain turn comes after the title, which is made once, of the first.
  await talkAtOnce(client, keys, 1);
  await sleep(settleMs);
  // The floor before and after, so that a change of the machine's mood shows in both.
  const before = await floor.turnsPerSecond(sessions, turnsEach);
  const elapsedMs = await talkAtOnce(client, keys, turnsEach);
  const after = await floor.turnsPerSecond(sessions, turnsEach);
  return {
    what: `${sessions} sessions × ${turnsEach} turns`,
    value: (sessions * turnsEach * 1000) / elapsedMs,
    floor: (before + after) / 2,
    unit: 'turns/s',
    limit: { of: 'ratio', atLeast: 0.5 },
  };
}
