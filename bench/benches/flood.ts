/** Whether a flood in many sessions holds up a quiet one. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Measurement } from '../measure/measurement.ts';
import { median, percentile } from '../measure/statistics.ts';
import { openBenchProduct } from '../product/open-bench-product.ts';
import { plainText } from '../product/plain-text.ts';
import type { ProductClient } from '../product/product-client.ts';
import { createSessions, talkAtOnce } from '../product/run-sessions.ts';

export const flood: Bench = {
  name: 'flood',
  title: 'A flood of 125 sessions, and a quiet one beside it; 4 slots, 200 ms a call',
  isOnRequest: true,
  run: measureFlood,
};

const flooding = 125;
const messagesEach = 4;
const quietTurns = 20;
const latencyMs = 200;

async function measureFlood({ say }: BenchContext): Promise<readonly Measurement[]> {
  await using bench = await openBenchProduct({ latencyMs, words: 3 });
  const { client } = await bench.start();
  const keys = await createSessions(client, flooding);
  const quiet = await client.createSession();
  say('titles');
  await talkAtOnce(client, [...keys, quiet], 1);
  await client.call('PUT', '/api/queue/limits', { slots: 4 });
  await sleep(5_000);
  say('a quiet session on an idle system');
  const idle = await timeTurns(client, quiet, quietTurns);
  say(`${flooding} sessions × ${messagesEach} messages at once`);
  const before = bench.model.requests.length;
  const startedAt = performance.now();
  await Promise.all(keys.flatMap((key) => postMany(client, key)));
  while (bench.model.ends.length < before + flooding) await sleep(20);
  const under = await timeTurns(client, quiet, quietTurns);
  say(`milliseconds: ${under.map((ms) => ms.toFixed(0)).join(' ')}`);
  const isFlooded = bench.model.requests.length < before + flooding * messagesEach;
  while (bench.model.ends.length < before + flooding * messagesEach + quietTurns) await sleep(20);
  const elapsedMs = performance.now() - startedAt;
  return [
    {
      what: 'a quiet session’s turn under the flood, p95 of 20, beyond its median when idle',
      value: percentile(under, 0.95) - median(idle),
      unit: 'ms',
      limit: { of: 'value', atMost: 2 * latencyMs },
      note: `idle p50 ${median(idle).toFixed(0)} ms, flooded p50 ${median(under).toFixed(0)} ms${isFlooded ? '' : '; THE FLOOD WAS OVER BEFORE'}`,
    },
    {
      what: 'calls of the flood (floor: what 4 slots allow)',
      value: ((flooding * messagesEach + quietTurns) * 1_000) / elapsedMs,
      floor: (4 * 1_000) / latencyMs,
      unit: 'calls/s',
    },
  ];
}

const postMany = (client: ProductClient, key: string): readonly Promise<unknown>[] =>
  Array.from({ length: messagesEach }, (_, index) =>
    client.post(key, { text: plainText(`${key} flood ${index}`) }),
  );

async function timeTurns(client: ProductClient, key: string, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const startedAt = performance.now();
    await client.ask(key, plainText(`${key} quiet ${turn}`));
    times.push(performance.now() - startedAt);
  }
  return times;
}
