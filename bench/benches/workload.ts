/** The workload by which systems of this kind are compared: what the session layer adds to the model's own time. */
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Measurement } from '../measure/measurement.ts';
import { median } from '../measure/statistics.ts';
import { openBenchProduct } from '../product/open-bench-product.ts';
import { runSessions } from '../product/run-sessions.ts';
import { takeTimedTurn, type TimedTurn } from '../product/timed-turn.ts';

export const workload: Bench = {
  name: 'workload',
  title: 'Side by side: one long session, and fifty at once',
  run: async (context) => [...(await measureOneSession(context)), ...(await measureFifty(context))],
};

async function measureOneSession({ say }: BenchContext): Promise<readonly Measurement[]> {
  await using bench = await openBenchProduct();
  const product = await bench.start();
  const key = await product.client.createSession();
  // The first turns of a process are not what a person waits for all day.
  const other = await product.client.createSession();
  for (let turn = 0; turn < 5; turn += 1) await product.client.ask(other, 'warm');
  say('50 turns in one session, the model answers at once');
  const turns: TimedTurn[] = [];
  for (let turn = 0; turn < 50; turn += 1) turns.push(await takeTimedTurn(product, bench.model, key));
  return [
    { what: 'before the model, p50 of 50 turns', value: median(turns.map(before)), unit: 'ms' },
    { what: 'after the model, p50 of 50 turns', value: median(turns.map(after)), unit: 'ms' },
    {
      what: 'before and after, p50 of 50 turns',
      value: added(turns),
      unit: 'ms',
      limit: { of: 'value', atMost: 30 },
    },
    {
      what: 'the same for turns 41-50 (floor: turns 2-11)',
      value: added(turns.slice(-10)),
      floor: added(turns.slice(1, 11)),
      unit: 'ms',
      limit: { of: 'ratio', atMost: 1.25 },
      note: 'flat',
    },
  ];
}

/** What a turn took beside the model, p50. */
const added = (turns: readonly TimedTurn[]): number =>
  median(turns.map(({ beforeMs, afterMs }) => beforeMs + afterMs));
const before = ({ beforeMs }: TimedTurn): number => beforeMs;
const after = ({ afterMs }: TimedTurn): number => afterMs;

async function measureFifty({ say }: BenchContext): Promise<readonly Measurement[]> {
  await using bench = await openBenchProduct({ latencyMs: 200 });
  const product = await bench.start();
  await runSessions(product.client, { sessions: 10, turns: 1 });
  say('50 sessions × 4 turns, the model takes 200 ms');
  const elapsedMs = await runSessions(product.client, { sessions: 50, turns: 4 });
  return [
    {
      what: '50 sessions × 4 turns, 200 ms model, 64 slots',
      value: elapsedMs / 1000,
      unit: 's',
      limit: { of: 'value', atMost: 4 },
      note: 'goal 3 s, the model alone 0.8 s',
    },
  ];
}
