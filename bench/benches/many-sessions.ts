/** A server that has been in use for years: lists, search and start with ten thousand sessions. */
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Measurement } from '../measure/measurement.ts';
import { median, percentile } from '../measure/statistics.ts';
import { openBenchProduct, type BenchProduct } from '../product/open-bench-product.ts';
import type { ProductClient } from '../product/product-client.ts';
import type { Product } from '../product/product.ts';
import { chineseWords } from '../seed/words.ts';
import { seedRows, seedWords, seedWorkflows } from '../seed/seed-sessions.ts';

export const manySessions: Bench = {
  name: 'many-sessions',
  title: 'Ten thousand sessions of twenty messages',
  run: measureManySessions,
};

const plan = { sessions: 10_000, messagesEach: 20 };
const livingWorkflows = 2_000;
const starts = 3;

async function measureManySessions({ say }: BenchContext): Promise<readonly Measurement[]> {
  await using bench = await openBenchProduct();
  // The very first start makes the database; the second is the one that people wait for.
  await (await bench.start()).stop();
  say('starts without sessions');
  const empty = await measureStarts(bench);
  const product = await bench.start();
  say(`${plan.sessions} sessions × ${plan.messagesEach} messages, ${livingWorkflows} workflows`);
  await seedRows(product.databaseUrl, plan);
  await seedWorkflows(product.temporalAddress, livingWorkflows);
  const answers = await measureAnswers(product, say);
  await product.stop();
  say('starts with them');
  const full = await measureStarts(bench);
  return [
    ...answers,
    {
      what: `start → ready, median of ${starts} (floor: without sessions)`,
      value: median(full) / 1000,
      floor: median(empty) / 1000,
      unit: 's',
      limit: { of: 'ratio', atMost: 1.5 },
    },
  ];
}

async function measureStarts(bench: BenchProduct): Promise<readonly number[]> {
  const times: number[] = [];
  for (let count = 0; count < starts; count += 1) {
    const product = await bench.start();
    times.push(product.readyMs);
    await product.stop();
  }
  return times;
}

async function measureAnswers(
  { client }: Product,
  say: (line: string) => void,
): Promise<readonly Measurement[]> {
  say('lists and searches');
  const lists = await timeAll(client, await listPaths(client));
  const searches = await timeAll(client, searchPaths());
  return [
    {
      what: 'list page with the counts of all tabs, p95',
      value: percentile(lists, 0.95),
      unit: 'ms',
      limit: { of: 'value', atMost: 50 },
      note: `p50 ${median(lists).toFixed(1)} ms of ${lists.length}`,
    },
    {
      what: 'search in titles, tags and messages, p95',
      value: percentile(searches, 0.95),
      unit: 'ms',
      limit: { of: 'value', atMost: 150 },
      note: `p50 ${median(searches).toFixed(1)} ms, slowest ${Math.max(...searches).toFixed(0)} ms of ${searches.length}`,
    },
  ];
}

/** Every tab and order, the first pages of each. */
async function listPaths(client: ProductClient): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const status of ['active', 'archived', 'pinned', 'all'])
    for (const sort of ['recent', 'created', 'title']) {
      let path = `/api/sessions?status=${status}&sort=${sort}`;
      for (let page = 0; page < 8; page += 1) {
        paths.push(path);
        const { body } = await client.call<{ readonly nextCursor: string | null }>('GET', path);
        if (body.nextCursor === null) break;
        path = `/api/sessions?status=${status}&sort=${sort}&cursor=${encodeURIComponent(body.nextCursor)}`;
      }
    }
  return paths;
}

const word = (rank: number): string => seedWords[rank] ?? '';

/** Common and rare words, two words, a part of a word, Chinese words, a tag, and what is nowhere. */
function searchPaths(): readonly string[] {
  const ranks = [0, 1, 5, 20, 50, 100, 200, 500, 1000, 2000, 3000, 4000, 4900];
  const queries = [
    ...ranks.map(word),
    ...ranks.map((rank) => `${word(rank)} ${word(Math.floor(rank / 2) + 3)}`),
    ...ranks.map((rank) => word(rank).slice(0, 4)),
    ...chineseWords.slice(0, 20),
    'work',
    'nowhere-to-be-found',
  ];
  return queries.flatMap((query) =>
    ['active', 'all'].map((status) => `/api/sessions?status=${status}&q=${encodeURIComponent(query)}`),
  );
}

async function timeAll(client: ProductClient, paths: readonly string[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const path of paths) {
    const startedAt = performance.now();
    const { status } = await client.call('GET', path);
    if (status !== 200) throw new Error(`GET ${path} was answered with ${status}.`);
    times.push(performance.now() - startedAt);
  }
  return times;
}
