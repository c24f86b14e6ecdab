/** What a plain turn leaves behind: in Temporal's history, and in the database. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { fetchHistories } from '../../replay/fetch-histories.ts';
import type { Bench, BenchContext } from '../measure/bench.ts';
import { splitTurns, type TurnHistory } from '../measure/split-turns.ts';
import type { Measurement } from '../measure/measurement.ts';
import { measureStorage } from '../measure/storage.ts';
import { median } from '../measure/statistics.ts';
import { openBenchProduct } from '../product/open-bench-product.ts';
import { plainText } from '../product/plain-text.ts';
import type { Product } from '../product/product.ts';

export const history: Bench = {
  name: 'history',
  title: 'What turns leave behind',
  run: measureHistory,
};

const turnCount = 305;
const early: Window = { from: 8, to: 12 };
const late: Window = { from: 298, to: 302 };
/** Longer than anything that follows a reply. */
const aloneMs = 800;

const isLookedAt = (turn: number): boolean =>
  [early, late].some(({ from, to }) => turn >= from && turn <= to);

async function measureHistory({ say }: BenchContext): Promise<readonly Measurement[]> {
  await using bench = await openBenchProduct();
  const product = await bench.start();
  const key = await product.client.createSession();
  say(`${turnCount} turns in one session`);
  for (let turn = 1; turn <= turnCount; turn += 1) {
    await product.client.ask(key, plainText(`turn ${String(turn).padStart(4, '0')}`));
    // Turns in a row share what runs after them; those that are looked at stand alone, as a person's do.
    if (isLookedAt(turn) || isLookedAt(turn + 1)) await sleep(aloneMs);
  }
  const turns = await readTurns(product, key);
  const storage = await measureStorage(product.databaseUrl, key);
  return [...reportTurns(turns), ...storage];
}

async function readTurns(
  { temporalAddress: address }: Product,
  key: string,
): Promise<readonly TurnHistory[]> {
  const connection = await Connection.connect({ address });
  try {
    const runs = await fetchHistories(new Client({ connection }), key);
    return runs.flatMap(({ history: { events } }) => splitTurns(events ?? []));
  } finally {
    await connection.close();
  }
}

interface Window {
  readonly from: number;
  readonly to: number;
}
const events = (turns: readonly TurnHistory[], { from, to }: Window): number =>
  median(turns.slice(from - 1, to).map(({ eventCount }) => eventCount));
const bytes = (turns: readonly TurnHistory[], { from, to }: Window): number =>
  median(turns.slice(from - 1, to).map(({ byteCount }) => byteCount));

function reportTurns(turns: readonly TurnHistory[]): readonly Measurement[] {
  return [
    {
      what: 'history events of a plain turn, around turn 10',
      value: events(turns, early),
      unit: 'events',
      limit: { of: 'value', atMost: 18 },
    },
    {
      what: 'history of a plain turn, around turn 10',
      value: bytes(turns, early),
      unit: 'bytes',
      limit: { of: 'value', atMost: 4096 },
      note: 'messages of 250 and 300 bytes among them',
    },
    {
      what: 'history of a plain turn, around turn 300 (floor: turn 10)',
      value: bytes(turns, late),
      floor: bytes(turns, early),
      unit: 'bytes',
      limit: { of: 'ratio', atMost: 1.15 },
    },
  ];
}
