/** What sessions cost that nobody talks to: a session sleeps in Temporal, not in the workers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Measurement } from '../measure/measurement.ts';
import { sum } from '../measure/statistics.ts';
import { openBenchProduct } from '../product/open-bench-product.ts';
import { readPssBytes } from '../product/processes.ts';
import type { Product } from '../product/product.ts';
import { runSessions } from '../product/run-sessions.ts';

export const memory: Bench = {
  name: 'memory',
  title: 'Two thousand idle sessions',
  run: measureMemory,
};

const sessions = 2_000;
const atOnce = 100;
const settleMs = 15_000;

async function measureMemory({ say }: BenchContext): Promise<readonly Measurement[]> {
  await using bench = await openBenchProduct();
  const product = await bench.start();
  // So that the measure does not count what the first sessions of a process load.
  await runSessions(product.client, { sessions: 50, turns: 2 });
  await sleep(settleMs);
  const before = await workerMegabytes(product);
  say(`${sessions} sessions of one turn each`);
  for (let count = 0; count < sessions; count += atOnce)
    await runSessions(product.client, { sessions: atOnce, turns: 1 });
  await sleep(settleMs);
  const after = await workerMegabytes(product);
  return [
    {
      what: `memory (PSS) of the workers, more with ${sessions} idle sessions`,
      value: after - before,
      unit: 'MB',
      limit: { of: 'value', atMost: 100 },
      note: `${before.toFixed(0)} → ${after.toFixed(0)} MB`,
    },
  ];
}

async function workerMegabytes(product: Product): Promise<number> {
  const workers = (await product.processes()).filter(({ part }) => part === 'worker');
  if (workers.length === 0) throw new Error('There is no worker process to measure.');
  return sum(await Promise.all(workers.map(({ pid }) => readPssBytes(pid)))) / 1e6;
}
